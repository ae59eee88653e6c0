"""The first steps of a new organization."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, NotAllowed
from common.htmx import render_page
from home.first_steps import FirstSteps, first_steps
from home.forms import ChooseKpisForm
from kpis.permissions import can_define_kpis
from kpis.services import choose_kpis as store_choice
from people import services as people
from people.access import MemberRequest, signed_in
from people.choices import Permission
from people.permissions import may

LONGEST_WORDS = 100


@signed_in
@require_safe
def show_first_steps(request: MemberRequest) -> HttpResponse:
    """How far the organization is, and the next step; also for whoever left them out of Home."""
    return first_steps_page(request, first_steps(request.membership))


@signed_in
@require_POST
def hide_first_steps(request: MemberRequest) -> HttpResponse:
    """Home leaves them out for this member."""
    people.hide_first_steps(membership=request.membership, hidden=True)
    messages.info(request, _("You find the first steps in the menu of your account."))
    return redirect("home:manager")


@signed_in
@require_POST
def bring_back_first_steps(request: MemberRequest) -> HttpResponse:
    """Home shows them again."""
    people.hide_first_steps(membership=request.membership, hidden=False)
    return redirect("home:first-steps")


@signed_in
@require_http_methods(["GET", "POST"])
def choose_kpis(request: MemberRequest) -> HttpResponse:
    """The KPIs that ship with opsteam, to choose from."""
    if not can_define_kpis(request.membership):
        raise NotAllowed
    words = request.POST.get("q", "").strip()[:LONGEST_WORDS]
    if "filter" in request.POST:
        ticked = {"keys": request.POST.getlist("keys")}
        form = ChooseKpisForm(None, actor=request.membership, words=words, initial=ticked)
    else:
        form = ChooseKpisForm(
            request.POST if request.method == "POST" else None, actor=request.membership, words=words
        )
    if form.is_valid():
        try:
            chosen = store_choice(request.membership, form.cleaned_data["keys"])
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            said = ngettext("%(count)s KPI is looked after.", "%(count)s KPIs are looked after.", len(chosen))
            messages.success(request, said % {"count": len(chosen)})
            return redirect("home:first-steps")
    return render_page(request, "home/choose_kpis.html", {"form": form}, status=422 if form.is_bound else 200)


def first_steps_page(request: MemberRequest, steps: FirstSteps) -> HttpResponse:
    """The page of the steps, which is also Home while there is nothing else to show."""
    context: dict[str, Any] = {
        "steps": steps,
        "can_load_samples": may(request.membership, Permission.ORGANIZATION_MANAGE),
        "site_url": settings.SITE_URL,
        "now": timezone.localtime().isoformat(timespec="seconds"),
    }
    return render_page(request, "home/first_steps.html", context)
