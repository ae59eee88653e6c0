"""New KPIs, other definitions, and KPIs no longer in use."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activity.selectors import last_change
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from common.htmx import render_page
from kpis import selectors, services
from kpis.charts.previewing import ShownPreview, shown_preview
from kpis.choices import Aggregate
from kpis.forms.definitions import PARTS, KpiForm
from kpis.models import Kpi
from kpis.permissions import can_define_kpis
from kpis.selectors.previews import preview
from kpis.views.files import csv_file
from people.access import MemberRequest, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """A new KPI; `preview` only looks. Managers only."""
    if not can_define_kpis(request.membership):
        raise NotAllowed
    form = _form(request)
    if "preview" in request.POST:
        return _preview_page(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            kpi = services.create_kpi(
                request.membership, key=form.cleaned_data["key"], definition=form.definition, **form.of_kpi
            )
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The KPI was created."))
            return redirect("kpis:detail", kpi.key)
    return _page(request, form, status=422 if form.is_bound else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def change(request: MemberRequest, key: str) -> HttpResponse:
    """Edit a KPI and its definition; `preview` only looks. Managers only."""
    kpi = _kpi(request, key)
    form = _form(request, kpi)
    if "preview" in request.POST:
        return _preview_page(request, form)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            _store(request, kpi, form)
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            status = 409
            form.take_version(kpi.version)
        else:
            return redirect("kpis:detail", key)
    return _page(request, form, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def archive(request: MemberRequest, key: str) -> HttpResponse:
    """Asks, then takes the KPI out of use; its numbers stay. Managers only."""
    kpi = _kpi(request, key)
    if request.method == "GET":
        return render_page(request, "kpis/archive.html", {"kpi": kpi})
    services.archive_kpi(request.membership, key)
    messages.success(request, _("The KPI was archived."))
    return redirect("kpis:list")


@signed_in
@require_POST
def restore(request: MemberRequest, key: str) -> HttpResponse:
    """The archived KPI is in use again. Managers only."""
    services.restore_kpi(request.membership, key)
    messages.success(request, _("The KPI is in use again."))
    return redirect("kpis:detail", key)


def _kpi(request: MemberRequest, key: str) -> Kpi:
    kpi = Kpi.objects.visible_to(request.membership).select_related("owner").filter(key=key).first()
    if kpi is None:
        raise NotVisible
    if not can_define_kpis(request.membership):
        raise NotAllowed
    return kpi


def _form(request: MemberRequest, kpi: Kpi | None = None) -> KpiForm:
    newest = None
    if kpi is not None:
        newest = kpi.definitions.select_related("metric", "denominator").order_by("-version").first()
    return KpiForm(
        request.POST if request.method == "POST" else None,
        actor=request.membership,
        today=selectors.today(request.membership.organization),
        kpi=kpi,
        newest=newest,
    )


@transaction.atomic
def _store(request: MemberRequest, kpi: Kpi, form: KpiForm) -> None:
    """The KPI and its definition, both or neither."""
    version = form.cleaned_data["version"] or 0
    edited = services.edit_kpi(request.membership, kpi.key, version, **form.of_kpi)
    if not form.redefines:
        messages.success(request, _("The KPI was saved."))
        return
    added = services.change_definition(request.membership, kpi.key, form.definition, edited.version)
    words = _("The KPI was saved; version %(version)s of its definition applies.")
    messages.success(request, words % {"version": added.version})


def _preview_page(request: MemberRequest, form: KpiForm) -> HttpResponse:
    """What the typed definition would make of the past; what is wrong with it is said in the same place."""
    context: dict[str, Any] = {}
    if form.is_valid():
        kpi = Kpi(organization_id=request.membership.organization_id, key=form.cleaned_data.get("key", ""))
        if form.kpi is not None:
            kpi.pk, kpi.key = form.kpi.pk, form.kpi.key
        for name, value in form.of_kpi.items():
            setattr(kpi, name, value)
        try:
            checked = services.checked_definition(request.membership, kpi, form.definition)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            shown = shown_preview(preview(request.membership, kpi, checked))
            if request.POST["preview"] == "csv":
                return _preview_file(shown)
            context["preview"] = shown
    return _page(request, form, **context)


def _preview_file(shown: ShownPreview) -> HttpResponse:
    rows = (
        (point.starts_on, point.ends_on, point.compared_value, point.value, point.n)
        for point in (row.point for row in reversed(shown.rows))
    )
    return csv_file("preview.csv", ("period_start", "period_end", "value_now", "value_then", "n"), rows)


def _page(request: MemberRequest, form: KpiForm, status: int = 200, **context: Any) -> HttpResponse:
    context |= {
        "form": form,
        "kpi": form.kpi,
        "is_stale": status == 409,
        "parts": {name: " ".join(aggregates) for name, aggregates in PARTS.items()},
        "formula_keys": Kpi.objects.visible_to(request.membership).filter(archived_at__isnull=True),
        "is_formula": form["aggregate"].value() == Aggregate.FORMULA,
    }
    if status == 409:
        context |= {"differences": form.merge(), "last_change": last_change(form.kpi) if form.kpi else None}
    return render_page(request, "kpis/definition.html", context, partial="preview", status=status)
