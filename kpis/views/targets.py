"""The targets of a KPI."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput, NotAllowed, NotVisible
from common.htmx import render_page
from kpis import selectors, services
from kpis.choices import Aggregate
from kpis.forms.targets import TargetForm
from kpis.models import KpiTarget
from kpis.permissions import can_define_kpis
from kpis.selectors import DefinedKpi
from kpis.selectors.asking import kpi_asked
from kpis.selectors.targets import GROWING, in_force
from people.access import MemberRequest, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def kpi_targets(request: MemberRequest, key: str) -> HttpResponse:
    """The KPI's targets, and a new one from a day on. Managers only."""
    defined = _defined(request, key)
    form = _form(request, defined, next(iter(defined.targets), None))
    if request.method == "POST" and form.is_valid():
        try:
            services.set_target(request.membership, key, **form.stored)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The target was saved."))
            return redirect("kpis:targets", key)
    return _page(request, defined, form)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, key: str, target_id: int) -> HttpResponse:
    """Another value, shape or day for a target. Managers only."""
    defined = _defined(request, key)
    target = _target(defined, target_id)
    form = _form(request, defined, target, edits=True)
    if request.method == "POST" and form.is_valid():
        try:
            _replace(request, key, target, form)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The target was saved."))
            return redirect("kpis:targets", key)
    return _page(request, defined, form, edited=target)


@signed_in
@require_http_methods(["GET", "POST"])
def remove(request: MemberRequest, key: str, target_id: int) -> HttpResponse:
    """Asks, then removes the target; the one before it goes on. Managers only."""
    defined = _defined(request, key)
    target = _target(defined, target_id)
    if request.method == "GET":
        context = {"kpi": defined.kpi, "target": target}
        return render_page(request, "kpis/target_removal.html", context)
    services.remove_target(request.membership, key, target_id)
    messages.success(request, _("The target was removed."))
    return redirect("kpis:targets", key)


@transaction.atomic
def _replace(request: MemberRequest, key: str, target: KpiTarget, form: TargetForm) -> None:
    """A target is known by its day, so one that moves to another day leaves its old one."""
    services.set_target(request.membership, key, **form.stored)
    if form.cleaned_data["starts_on"] != target.starts_on:
        services.remove_target(request.membership, key, target.pk)


def _defined(request: MemberRequest, key: str) -> DefinedKpi:
    defined = kpi_asked(request.membership, key)
    if not can_define_kpis(request.membership):
        raise NotAllowed
    return defined


def _target(defined: DefinedKpi, target_id: int) -> KpiTarget:
    found = next((target for target in defined.targets if target.pk == target_id), None)
    if found is None:
        raise NotVisible
    return found


def _form(
    request: MemberRequest, defined: DefinedKpi, start: KpiTarget | None, *, edits: bool = False
) -> TargetForm:
    return TargetForm(
        request.POST if request.method == "POST" else None,
        kpi=defined.kpi,
        today=selectors.today(defined.kpi.organization),
        start=start,
        edits=edits,
        grows=Aggregate(defined.definition.aggregate) in GROWING,
    )


def _page(
    request: MemberRequest, defined: DefinedKpi, form: TargetForm, edited: KpiTarget | None = None
) -> HttpResponse:
    context = {
        "kpi": defined.kpi,
        "defined": defined,
        "form": form,
        "edited": edited,
        "can_define": True,
        "present": in_force(defined.targets, selectors.today(defined.kpi.organization)),
    }
    return render_page(request, "kpis/targets.html", context, status=422 if form.is_bound else 200)
