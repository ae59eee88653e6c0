"""Members, their roles and teams, and the invitations to join."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, Refusal, StaleVersion
from common.forms import version_in
from people import selectors, services
from people.access import MemberRequest, refuse_unless, signed_in
from people.choices import Permission
from people.forms import InvitationForm, MemberForm
from people.forms.members import CUSTOM
from people.models import Invitation, Membership
from people.permissions import can_rule_over


@signed_in
@require_safe
def members(request: MemberRequest) -> HttpResponse:
    """Everybody in the organization, and who was."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    listed = (
        selectors.members(request.membership).select_related("custom_role").prefetch_related("places__team")
    )
    context = {"members": listed.order_by("-is_active", "user__name", "pk")}
    return render(request, "people/members.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def member(request: MemberRequest, membership_id: int) -> HttpResponse:
    """One member: role, teams, and whether they may still come in."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    shown = selectors.get_member(request.membership, membership_id)
    form = MemberForm(request.POST or None, actor=request.membership, initial=_present(shown))
    differences = None
    if form.is_valid():
        try:
            services.edit_member(
                by=request.membership,
                membership_id=membership_id,
                version=form.cleaned_data["version"],
                teams=form.places,
                **form.chosen_role,
            )
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            form.take_version(shown.version)
            differences = form.merge()
        except Refusal as refused:
            form.add_error(None, str(refused.detail))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:members")
    context = {
        "form": form,
        "member": shown,
        "is_own": shown.pk == request.membership.pk,
        "can_change": can_rule_over(request.membership, shown),
        "differences": differences,
    }
    status = 409 if differences is not None else 422 if form.errors else 200
    return render(request, "people/member.html", context, status=status)


@signed_in
@require_POST
def deactivation(request: MemberRequest, membership_id: int) -> HttpResponse:
    """The member may come in no more."""
    version = version_in(request)
    try:
        services.deactivate(by=request.membership, membership_id=membership_id, version=version)
    except StaleVersion:
        return _looked_at_again(request, membership_id)
    messages.success(request, _("Deactivated. Their work stays where it is."))
    return redirect("people:members")


@signed_in
@require_POST
def reactivation(request: MemberRequest, membership_id: int) -> HttpResponse:
    """The member may come in again."""
    version = version_in(request)
    try:
        services.reactivate(by=request.membership, membership_id=membership_id, version=version)
    except StaleVersion:
        return _looked_at_again(request, membership_id)
    messages.success(request, _("Active again."))
    return redirect("people:members")


@signed_in
@require_http_methods(["GET", "POST"])
def invitations(request: MemberRequest) -> HttpResponse:
    """Who has been invited and has not come yet; a POST invites somebody."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    form = InvitationForm(request.POST or None, actor=request.membership, initial={"role": "member"})
    if form.is_valid():
        try:
            services.invite(
                by=request.membership,
                email=form.cleaned_data["email"],
                team_ids=form.team_ids,
                **form.chosen_role,
            )
        except InvalidInput as refused:
            form.refuse(refused)
        except Refusal as refused:
            form.add_error(None, str(refused.detail))
        else:
            messages.success(
                request,
                _("Give the person the link below.") if _keeps_mail() else _("The invitation is on its way."),
            )
            return redirect("people:invitations")
    keeps_mail = _keeps_mail()
    context = {
        "form": form,
        "keeps_mail": keeps_mail,
        "invitations": [
            (each, _link(each) if keeps_mail and each.is_open else "")
            for each in selectors.invitations(request.membership)
        ],
    }
    return render(request, "people/invitations.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def send_again(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """A new link; the ones before stop working."""
    services.send_again(by=request.membership, invitation_id=invitation_id)
    if _keeps_mail():
        told = _("The new link stands below. The one before works no more.")
    else:
        told = _("A new link is on its way. The one before works no more.")
    messages.success(request, told)
    return redirect("people:invitations")


@signed_in
@require_POST
def withdrawal(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """The link stops working."""
    services.withdraw(by=request.membership, invitation_id=invitation_id)
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("people:invitations")


def _looked_at_again(request: MemberRequest, membership_id: int) -> HttpResponse:
    """Back to the member as they are now; nothing was done."""
    messages.error(request, _("Somebody changed this member in the meantime. Look again, then decide."))
    return redirect("people:member", membership_id)


def _keeps_mail() -> bool:
    """Whether mails become files on the server, which nobody gets."""
    return settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")


def _link(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("people:invitation", args=[services.invitation_token(invitation)])


def _present(member: Membership) -> dict[str, Any]:
    places = list(member.places.all())
    return {
        "version": member.version,
        "role": f"{CUSTOM}{member.custom_role_id}" if member.custom_role_id else member.role,
        "teams": [str(place.team_id) for place in places],
        "leads": [str(place.team_id) for place in places if place.is_lead],
    }
