"""One KPI: how it stands, its series, what it is made of, what changed, how it is computed."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.htmx import render_page
from kpis import charts, selectors
from kpis.charts.drawing import Extras
from kpis.charts.header import header_of
from kpis.charts.marks import marks_of
from kpis.charts.methods import methods_text
from kpis.charts.recipe import recipe_of
from kpis.choices import Grain
from kpis.forms.notes import NoteForm
from kpis.forms.series import SeriesForm
from kpis.permissions import can_define_kpis, can_note_on_kpis, can_push_measurements
from kpis.selectors import DefinedKpi, SeriesRequest
from kpis.selectors.asking import kpi_asked
from kpis.selectors.freshness import Freshness
from kpis.selectors.signals import signals
from kpis.selectors.standing import standing
from kpis.selectors.surroundings import forecast_of, makers_of, pushed_metrics
from kpis.views.asking import narrowed, series_form, series_request, with_changes
from kpis.views.panels import panel_of
from people.access import MemberRequest, signed_in

MOST_SIGNALS = 5


@signed_in
@require_safe
def kpi_detail(request: MemberRequest, key: str) -> HttpResponse:
    """One KPI: how it stands, its series as chart and table, how it is computed."""
    return detail_page(request, key)


def detail_page(
    request: MemberRequest, key: str, *, note_form: NoteForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a KPI; with `note_form`, a note that could not be taken."""
    form = series_form(request)
    asked = series_request(request, key, form)
    context = _series(request, form, asked)
    if not request.htmx:
        present = kpi_asked(request.membership, key) if form.as_of_moment else whole(asked.defined)
        context |= _around(request, present, None if form.as_of_moment else asked.fresh)
        context["note_form"] = note_form or NoteForm(today=form.today)
    return render_page(request, "kpis/detail.html", context, partial="series", status=status)


def _series(request: MemberRequest, form: SeriesForm, asked: SeriesRequest) -> dict[str, Any]:
    defined, actor = asked.defined, request.membership
    series = selectors.read_series(asked)
    rows = charts.rows_of(series, defined.calendar.zone, narrowed(request))
    marks = marks_of(actor, defined, series)
    seen = list(signals(actor, kpi_key=series.kpi.key)[:MOST_SIGNALS]) if form.is_plain else []
    extras = Extras(
        targets=defined.targets,
        marks=marks,
        signals=seen,
        forecast=forecast_of(series) if form.is_plain and form.last_day >= form.today else None,
        compared_name=form.compared_name,
    )
    return {
        "kpi": series.kpi,
        "defined": defined,
        "series": series,
        "form": form,
        "rows": rows[::-1],
        "chart": charts.chart_of(series, rows, extras),
        "marks": marks,
        "signals": seen,
        "forecast": extras.forecast,
        "grains": _grain_links(request, form, defined),
        "forecast_methods": methods_text(extras.forecast.method) if extras.forecast else "",
        "csv_url": with_changes(request, reverse("kpis:series-csv", args=[series.kpi.key])),
        "table_url": f"{with_changes(request, view='')}#behind",
        "file_name": f"{series.kpi.key}-{series.grain}-{form.first_day}-{form.last_day}",
        "compared_name": extras.compared_name,
        "has_values": any(point.value is not None for point in series.points),
        "versions": [each.version for each in whole(defined).versions],
        "now_url": with_changes(request, as_of=""),
        "any_version_url": with_changes(request, definition=""),
        "zone": actor.organization.time_zone,
        "can_note": can_note_on_kpis(actor),
        "can_define": can_define_kpis(actor),
        **panel_of(request, form, asked, series, rows),
    }


def _around(request: MemberRequest, defined: DefinedKpi, fresh: Freshness | None) -> dict[str, Any]:
    """What stands above and below the chart; only asked for with the whole page."""
    return {
        "header": header_of(defined, standing(defined, fresh=fresh)),
        "recipe": recipe_of(defined, makers_of(defined.versions)),
        "pushed": pushed_metrics(defined) if can_push_measurements(request.membership) else [],
    }


def _grain_links(
    request: MemberRequest, form: SeriesForm, defined: DefinedKpi
) -> list[tuple[Grain, str, bool]]:
    grains = [grain for grain in Grain if grain != Grain.HOUR or keeps_hours(defined)]
    return [
        (grain, with_changes(request, grain=grain, **{"from": "", "to": ""}), grain == form.grain_asked)
        for grain in grains
    ]


def whole(defined: DefinedKpi) -> DefinedKpi:
    """The KPI with all versions of its definition, where one of them was asked for."""
    return defined.by_key.get(defined.kpi.key, defined)


def keeps_hours(defined: DefinedKpi) -> bool:
    """Whether every metric behind the KPI keeps hours."""
    metrics = [metric for leaf in defined.leaves for metric in (leaf.metric, leaf.denominator) if metric]
    return bool(metrics) and all(metric.keeps_hours for metric in metrics)
