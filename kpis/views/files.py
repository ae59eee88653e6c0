"""A KPI's numbers as CSV files; every cell is a number, a date, a word of ours, or a name that starts no formula."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.importing.report import safe_cell
from kpis import selectors
from kpis.views.asking import series_form, series_request
from people.access import MemberRequest, signed_in

SERIES_COLUMNS = (
    "period_start",
    "period_end",
    "value",
    "low",
    "high",
    "unit",
    "n",
    "numerator",
    "denominator",
    "target",
    "target_upper",
    "status",
    "finality",
    "definition",
)


@signed_in
@require_safe
def kpi_series_csv(request: MemberRequest, key: str) -> HttpResponse:
    """The series of the page as a file."""
    form = series_form(request)
    series = selectors.read_series(series_request(request, key, form))
    rows = (
        (
            point.starts_at.isoformat() if point.starts_at else point.starts_on,
            point.ends_on,
            point.value,
            point.low,
            point.high,
            series.kpi.unit,
            point.n,
            point.numerator,
            point.denominator,
            point.target,
            point.target_upper,
            point.status,
            point.finality,
            point.definition_version,
        )
        for point in series.points
    )
    return csv_file(f"{key}-{series.grain}-{form.first_day}-{form.last_day}.csv", SERIES_COLUMNS, rows)


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file for spreadsheet programs: UTF-8 with its mark; texts cannot start a formula."""
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return response
