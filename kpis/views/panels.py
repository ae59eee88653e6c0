"""What is read below the chart: values, a breakdown, restatements, or the proof."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kpis.forms.series import SeriesForm
from kpis.selectors import Series, SeriesRequest
from kpis.views.asking import with_changes
from people.access import MemberRequest

Panel = Callable[[MemberRequest, SeriesForm, SeriesRequest, Series], dict[str, Any]]
VIEWS = {
    "": _("Values"),
}


def panel_of(
    request: MemberRequest, form: SeriesForm, asked: SeriesRequest, series: Series
) -> dict[str, Any]:
    """The panel that the address chose, and links to all of them."""
    chosen = form.cleaned_data["view"]
    return {
        "view": chosen,
        "views": [(label, with_changes(request, view=view), view == chosen) for view, label in VIEWS.items()],
        **PANELS[chosen](request, form, asked, series),
    }


def _values(
    _request: MemberRequest, _form: SeriesForm, _asked: SeriesRequest, series: Series
) -> dict[str, Any]:
    return {
        "panel": "kpis/values.html",
        "has_intervals": any(point.low is not None for point in series.points),
        "has_parts": any(point.denominator is not None for point in series.points),
    }


PANELS: dict[str, Panel] = {"": _values}
