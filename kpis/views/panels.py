"""What is read below the chart: values, a breakdown, restatements, or the proof."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kpis import selectors
from kpis.charts.breakdown import bars_of
from kpis.charts.multiples import OF_WHOLE_SIZE, multiples_of
from kpis.charts.rows import Row
from kpis.charts.texts import span_text
from kpis.forms.series import SeriesForm
from kpis.selectors import By, Series, SeriesRequest
from kpis.selectors.proving import MOST_DAYS
from kpis.selectors.slices import slices_over_time
from kpis.views.asking import narrowed, with_changes
from people.access import MemberRequest

Panel = Callable[[MemberRequest, SeriesForm, SeriesRequest, Series, Sequence[Row]], dict[str, Any]]
# What a part's own page shows as the charts do.
KEPT = ("grain", "from", "to", "as_of", "definition")
VIEWS = {
    "": _("Values"),
    "team": _("By team"),
    "member": _("By member"),
    "label": _("By label"),
    "restatements": _("Restatements"),
    "proof": _("Check this number"),
}


def panel_of(
    request: MemberRequest, form: SeriesForm, asked: SeriesRequest, series: Series, rows: Sequence[Row]
) -> dict[str, Any]:
    """The panel that the address chose, and links to all of them; `rows` are the points of the series in words."""
    chosen = form.cleaned_data["view"]
    panel = {"": _values, "restatements": _restatements, "proof": _proof}.get(chosen, _breakdown)
    return {
        "view": chosen,
        "views": [(label, with_changes(request, view=view), view == chosen) for view, label in VIEWS.items()],
        **panel(request, form, asked, series, rows),
    }


def _values(
    _request: MemberRequest, _form: SeriesForm, _asked: SeriesRequest, series: Series, _rows: Sequence[Row]
) -> dict[str, Any]:
    return {
        "panel": "kpis/values.html",
        "has_intervals": any(point.low is not None for point in series.points),
        "has_parts": any(point.denominator is not None for point in series.points),
    }


def _breakdown(
    request: MemberRequest, form: SeriesForm, asked: SeriesRequest, series: Series, rows: Sequence[Row]
) -> dict[str, Any]:
    by = By(form.cleaned_data["view"])
    found = selectors.breakdown(
        request.membership,
        series.kpi.key,
        by,
        form.first_day,
        min(form.last_day, form.today),
        **form.narrowing,
        as_of=form.as_of_moment,
        definition=form.cleaned_data["definition"],
    )
    bars = bars_of(found, slices_over_time(request.membership, asked, by), narrowed(request))
    context: dict[str, Any] = {}
    if by is By.TEAM:
        shown = {name: value for name in KEPT if (value := request.GET.get(name))}
        multiples = multiples_of(series, rows, bars, shown)
        texts = zip(*(each.texts for each in multiples), strict=True)
        periods = list(zip((row.period for row in rows), texts, strict=False))[::-1]
        context = {"multiples": multiples, "periods": periods, "has_whole": series.kpi.unit in OF_WHOLE_SIZE}
    return context | {
        "panel": "kpis/breakdown.html",
        "breakdown": found,
        "bars": bars,
        "by_text": VIEWS[by.value],
        "span": span_text(found.period.starts_on, found.period.ends_on),
        "breakdown_csv_url": with_changes(
            request, reverse("kpis:breakdown-csv", args=[series.kpi.key]), by=by.value, view=""
        ),
    }


def _restatements(
    request: MemberRequest, form: SeriesForm, _asked: SeriesRequest, series: Series, _rows: Sequence[Row]
) -> dict[str, Any]:
    found = selectors.restatements(
        request.membership,
        series.kpi.key,
        form.first_day,
        form.last_day,
        team_id=form.narrowing["team_id"],
    )
    return {"panel": "kpis/restatements.html", "restatements": found}


def _proof(
    request: MemberRequest, form: SeriesForm, _asked: SeriesRequest, series: Series, _rows: Sequence[Row]
) -> dict[str, Any]:
    """The days of the chart, or the newest of them that can be checked at a time."""
    last_on = min(form.last_day, form.today)
    first_on = max(form.first_day, last_on - timedelta(days=MOST_DAYS - 1))
    return {
        "panel": "kpis/proof.html",
        "proof": selectors.verify(request.membership, series.kpi.key, first_on, last_on),
        "span": span_text(first_on, last_on),
    }
