"""The organization's own roles and teams, and how its members have to sign in."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import InvalidInput, NotAllowed, Refusal, StaleVersion
from common.forms import version_in
from people import selectors, services
from people.access import MemberRequest, refuse_unless, signed_in
from people.choices import Permission, Role
from people.forms import CustomRoleForm, TeamForm
from people.models import Team
from people.permissions import BUILT_IN, can_manage_team, leads_any_team, may


@signed_in
@require_safe
def roles(request: MemberRequest) -> HttpResponse:
    """What each role may do: the built-in ones and the organization's own."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    built_in = [
        {"label": role.label, "may": [each.label for each in Permission if each in BUILT_IN[role]]}
        for role in Role
    ]
    custom = [
        {"role": role, "may": [each.label for each in Permission if each in role.permissions]}
        for role in selectors.roles(request.membership)
    ]
    return render(request, "people/roles.html", {"built_in": built_in, "custom": custom})


@signed_in
@require_http_methods(["GET", "POST"])
def create_role(request: MemberRequest) -> HttpResponse:
    """A new role out of named permissions."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    return _role_page(request, None)


@signed_in
@require_http_methods(["GET", "POST"])
def edit_role(request: MemberRequest, role_id: int) -> HttpResponse:
    """What a role of the organization's own may do."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    return _role_page(request, role_id)


@signed_in
@require_http_methods(["GET", "POST"])
def delete_role(request: MemberRequest, role_id: int) -> HttpResponse:
    """Asks first; after a POST the role is gone, where nobody holds it and it still is as it was shown."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    if request.method == "GET":
        shown = selectors.get_role(request.membership, role_id)
        holders, invitations = selectors.who_keeps(shown)
        context = {"role": shown, "holders": holders, "invitations": invitations}
        return render(request, "people/role_removal.html", context)
    try:
        services.delete_role(by=request.membership, role_id=role_id, version=version_in(request))
    except Refusal as refused:
        return _kept(request, refused, "people:edit-role", role_id)
    messages.success(request, _("The role is deleted."))
    return redirect("people:roles")


@signed_in
@require_safe
def teams(request: MemberRequest) -> HttpResponse:
    """Teams and who is in them; leads see this page too."""
    if not (may(request.membership, Permission.PEOPLE_MANAGE) or leads_any_team(request.membership)):
        raise NotAllowed
    context = {
        "teams": selectors.teams_with_members(request.membership),
        "can_create": may(request.membership, Permission.PEOPLE_MANAGE),
    }
    return render(request, "people/teams.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def create_team(request: MemberRequest) -> HttpResponse:
    """A new team."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    form = TeamForm(request.POST or None, actor=request.membership)
    if form.is_valid():
        try:
            services.create_team(by=request.membership, **_said(form))
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:teams")
    return render(request, "people/team_form.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def team(request: MemberRequest, team_id: int) -> HttpResponse:
    """One team: its members for its leads; its name and place too for those who manage people."""
    shown = selectors.get_team(request.membership, team_id)
    if not can_manage_team(request.membership, team_id):
        raise NotAllowed
    initial = {name: getattr(shown, name) for name in ("name_en", "name_zh", "version")}
    initial["parent"] = shown.parent_id
    form = TeamForm(request.POST or None, actor=request.membership, team=shown, initial=initial)
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.edit_team(by=request.membership, team_id=team_id, version=version, **_said(form))
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            stored = selectors.get_team(request.membership, team_id)
            form.take_version(stored.version)
            context = {**_team_context(request, stored, form), "differences": form.merge()}
            return render(request, "people/team.html", context, status=409)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:teams")
    return render(
        request, "people/team.html", _team_context(request, shown, form), status=422 if form.errors else 200
    )


@signed_in
@require_http_methods(["GET", "POST"])
def delete_team(request: MemberRequest, team_id: int) -> HttpResponse:
    """Asks first; after a POST the team is gone, where nothing belongs to it and it still is as it was shown."""
    refuse_unless(request.membership, Permission.PEOPLE_MANAGE)
    if request.method == "GET":
        shown = selectors.get_team(request.membership, team_id)
        return render(request, "people/team_removal.html", {"team": shown})
    try:
        services.delete_team(by=request.membership, team_id=team_id, version=version_in(request))
    except Refusal as refused:
        return _kept(request, refused, "people:team", team_id)
    messages.success(request, _("The team is deleted."))
    return redirect("people:teams")


@signed_in
@require_POST
def join_team(request: MemberRequest, team_id: int) -> HttpResponse:
    """Somebody is in the team from now on."""
    chosen = _member_of(request)
    services.place_in_team(by=request.membership, team_id=team_id, membership_id=chosen, is_lead=False)
    _tell_place(request, chosen, _("%(name)s is in the team now."))
    return redirect("people:team", team_id)


@signed_in
@require_POST
def leave_team(request: MemberRequest, team_id: int) -> HttpResponse:
    """Somebody is in the team no more."""
    chosen = _member_of(request)
    services.remove_from_team(by=request.membership, team_id=team_id, membership_id=chosen)
    _tell_place(request, chosen, _("%(name)s is in the team no more."))
    return redirect("people:team", team_id)


@signed_in
@require_http_methods(["GET", "POST"])
def sign_in_rules(request: MemberRequest) -> HttpResponse:
    """Whether everybody needs a second step."""
    refuse_unless(request.membership, Permission.ORGANIZATION_MANAGE)
    if request.method == "POST":
        required = request.POST.get("two_step") == "on"
        services.require_two_step(by=request.membership, required=required)
        messages.success(request, _("Saved."))
        return redirect("people:sign-in-rules")
    context = {
        "is_required": request.membership.organization.requires_two_step,
        "without": selectors.members_without_second_step(request.membership),
    }
    return render(request, "people/sign_in_rules.html", context)


def _role_page(request: MemberRequest, role_id: int | None) -> HttpResponse:
    role = selectors.get_role(request.membership, role_id) if role_id is not None else None
    names = ("name_en", "name_zh", "permissions", "version")
    initial = {name: getattr(role, name) for name in names} if role else {}
    form = CustomRoleForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {"form": form, "role": role}
    if not form.is_valid():
        return _role_form(request, context)
    said = dict(form.cleaned_data)
    version = said.pop("version")
    try:
        if role is None:
            services.create_role(by=request.membership, **said)
        else:
            services.edit_role(by=request.membership, role_id=role.pk, version=version, **said)
    except InvalidInput as refused:
        form.refuse(refused)
    except NotAllowed:
        form.add_error("permissions", _("You can only give what you may do yourself."))
    except StaleVersion:
        form.take_version(initial["version"])
        return _role_form(request, {**context, "differences": form.merge()}, status=409)
    else:
        messages.success(request, _("Saved."))
        return redirect("people:roles")
    return _role_form(request, context)


def _role_form(request: MemberRequest, context: dict[str, Any], *, status: int = 422) -> HttpResponse:
    status = status if context["form"].is_bound else 200
    return render(request, "people/role.html", context, status=status)


def _kept(request: MemberRequest, refused: Refusal, address: str, row_id: int) -> HttpResponse:
    """Back to what was not deleted, with the reason why not."""
    if isinstance(refused, StaleVersion):
        messages.error(
            request, _("Somebody changed this in the meantime. Look at it again before you delete it.")
        )
    elif refused.status == HTTPStatus.CONFLICT:
        messages.error(request, str(refused.detail))
    else:
        raise refused
    return redirect(address, row_id)


def _team_context(request: MemberRequest, shown: Team, form: TeamForm) -> dict[str, Any]:
    places = list(
        shown.places.select_related("membership__user").order_by("-is_lead", "membership__user__name")
    )
    inside = [place.membership_id for place in places]
    return {
        "form": form,
        "team": shown,
        "places": places,
        "others": selectors.assignable_members(request.membership).exclude(pk__in=inside),
        "can_edit": may(request.membership, Permission.PEOPLE_MANAGE),
    }


def _said(form: TeamForm) -> dict[str, Any]:
    said = form.cleaned_data
    return {"name_en": said["name_en"], "name_zh": said["name_zh"], "parent_id": said["parent"]}


def _tell_place(request: MemberRequest, membership_id: int, sentence: str) -> None:
    moved = selectors.get_member(request.membership, membership_id)
    messages.success(request, sentence % {"name": moved.user.name})


def _member_of(request: MemberRequest) -> int:
    chosen = request.POST.get("member", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise InvalidInput({"member": [_("Choose a member.")]})
    return int(chosen)
