"""Entering the values of a pushed metric by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput, NotAllowed, NotVisible
from common.htmx import render_page
from kpis import services
from kpis.charts.texts import span_text
from kpis.choices import Grain
from kpis.forms.values import HandValuesForm, PlaceForm
from kpis.models import Metric
from kpis.permissions import can_push_measurements
from kpis.selectors.hand_values import hand_values, kpis_reading, metric_asked
from kpis.selectors.surroundings import is_pushed
from people.access import MemberRequest, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def metric_values(request: MemberRequest, key: str) -> HttpResponse:
    """The last days or weeks of a metric as a grid; an emptied value is retracted, once that was confirmed."""
    metric = pushed_metric(request, key)
    place = PlaceForm(request.GET, actor=request.membership)
    if not place.is_valid():
        raise NotVisible
    stored = hand_values(metric, place.grain_asked, place.cleaned_data["team"])
    names = [span_text(row.period.starts_on, row.period.ends_on) for row in stored]
    form = HandValuesForm(
        request.POST if request.method == "POST" else None, metric=metric, rows=stored, names=names
    )
    if request.method == "GET":
        return _page(request, metric, place, form)
    if not form.is_valid():
        return _page(request, metric, place, form, status=422)
    if form.retracted and not form.cleaned_data["confirmed"]:
        return _page(request, metric, place, form, asks_to_retract=True)
    return _stored(request, metric, place, form)


def pushed_metric(request: MemberRequest, key: str) -> Metric:
    """The metric, for somebody who may add to it; refuses viewers and metrics that our own rows feed."""
    metric = metric_asked(request.membership, key)
    if not can_push_measurements(request.membership):
        raise NotAllowed
    if not is_pushed(metric):
        raise NotAllowed(_("The rows of opsteam feed this metric; nobody enters its values."))
    return metric


def _stored(request: MemberRequest, metric: Metric, place: PlaceForm, form: HandValuesForm) -> HttpResponse:
    team = place.cleaned_data["team"]
    sent = form.changed(team.pk if team else None)
    if not sent:
        messages.info(request, _("Nothing was changed."))
        return redirect(_here(metric, place))
    try:
        counts = services.ingest_measurements(request.membership, metric.key, sent)
    except InvalidInput as refused:
        form.refuse_rows(refused, sent)
        return _page(request, metric, place, form, status=422)
    words = ngettext("%(count)s value was saved.", "%(count)s values were saved.", counts.changed)
    messages.success(request, words % {"count": counts.changed})
    return redirect(_here(metric, place))


def _here(metric: Metric, place: PlaceForm) -> str:
    return f"{reverse('metrics:values', args=[metric.key])}?{place.query(place.grain_asked)}"


def _page(
    request: MemberRequest,
    metric: Metric,
    place: PlaceForm,
    form: HandValuesForm,
    *,
    asks_to_retract: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "metric": metric,
        "place": place,
        "form": form,
        "asks_to_retract": asks_to_retract,
        "here": _here(metric, place),
        "grains": [
            (grain, f"{reverse('metrics:values', args=[metric.key])}?{place.query(grain)}")
            for grain in (Grain.DAY, Grain.WEEK)
        ],
        "readers": kpis_reading(metric),
    }
    return render_page(request, "kpis/metric_values.html", context, status=status)
