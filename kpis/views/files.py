"""A KPI's numbers as CSV files; every cell is a number, a date, a word of ours, or a name that starts no formula."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from common.importing.report import safe_cell
from kpis import selectors
from kpis.selectors import By
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
BREAKDOWN_COLUMNS = ("value", "low", "high", "unit", "n", "numerator", "denominator")


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


@signed_in
@require_safe
def kpi_breakdown_csv(request: MemberRequest, key: str) -> HttpResponse:
    """The KPI by its teams, members or labels as a file."""
    form = series_form(request)
    by = form.cleaned_data["by"] or By.TEAM
    found = selectors.breakdown(
        request.membership,
        key,
        By(by),
        form.first_day,
        min(form.last_day, form.today),
        **form.narrowing,
        as_of=form.as_of_moment,
        definition=form.cleaned_data["definition"],
    )
    rows = (
        (part.name, part.value, part.low, part.high, found.kpi.unit, part.n, part.numerator, part.denominator)
        for part in found.parts
        if not part.is_hidden
    )
    columns = (found.by.value, *BREAKDOWN_COLUMNS)
    return csv_file(f"{key}-{found.by.value}-{form.first_day}-{form.last_day}.csv", columns, rows)


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
