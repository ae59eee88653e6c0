"""Metrics: the streams that KPIs are computed from."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, NotAllowed
from common.htmx import render_page
from kpis import selectors, services
from kpis.forms.metrics import FinalityForm, HoursForm, MetricForm
from kpis.permissions import can_define_kpis, can_push_measurements
from kpis.selectors.hand_values import days_of, kpis_reading, metric_asked
from kpis.selectors.surroundings import is_pushed
from people.access import MemberRequest, signed_in


@signed_in
@require_safe
def metric_list(request: MemberRequest) -> HttpResponse:
    """Every metric of the organization: first those whose values come from outside."""
    every = [(metric, is_pushed(metric)) for metric in selectors.metrics(request.membership)]
    context = {
        "pushed": [metric for metric, comes_from_outside in every if comes_from_outside],
        "fed": [metric for metric, comes_from_outside in every if not comes_from_outside],
        "can_create": can_define_kpis(request.membership),
        "can_push": can_push_measurements(request.membership),
    }
    return render_page(request, "kpis/metric_list.html", context)


@signed_in
@require_safe
def metric_detail(request: MemberRequest, key: str) -> HttpResponse:
    """One metric: what it holds, and the KPIs that read it."""
    return _page(request, key)


@signed_in
@require_POST
def keep_hours(request: MemberRequest, key: str) -> HttpResponse:
    """Hours are kept from now on, for all days there are, or no longer. Managers only."""
    form = HoursForm(request.POST)
    keeps = form.is_valid() and form.cleaned_data["keeps"]
    services.keep_hours(request.membership, key, keeps=keeps)
    messages.success(request, _("Saved. Hours are made in the background.") if keeps else _("Saved."))
    return redirect("metrics:detail", key)


@signed_in
@require_POST
def finality(request: MemberRequest, key: str) -> HttpResponse:
    """Days before a day are final. Managers only; asks to be sure."""
    form = FinalityForm(request.POST)
    if form.is_valid():
        try:
            services.freeze_before(request.membership, key, form.cleaned_data["final_before"])
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("These days are final now."))
            return redirect("metrics:detail", key)
    return _page(request, key, finality_form=form, status=422)


def _page(
    request: MemberRequest, key: str, *, finality_form: FinalityForm | None = None, status: int = 200
) -> HttpResponse:
    metric = metric_asked(request.membership, key)
    can_define = can_define_kpis(request.membership)
    if finality_form is not None and not can_define:
        raise NotAllowed
    context = {
        "metric": metric,
        "is_pushed": is_pushed(metric),
        "can_push": can_push_measurements(request.membership),
        "can_define": can_define,
        "days": days_of(metric),
        "readers": kpis_reading(metric),
        "finality_form": finality_form or FinalityForm(initial={"final_before": metric.final_before}),
    }
    return render_page(request, "kpis/metric_detail.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """A new metric whose values will be entered, uploaded or sent. Managers only."""
    if not can_define_kpis(request.membership):
        raise NotAllowed
    form = MetricForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            metric = services.create_metric(request.membership, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The metric was created."))
            return redirect("metrics:detail", metric.key)
    return render_page(request, "kpis/metric_form.html", {"form": form}, status=422 if form.is_bound else 200)
