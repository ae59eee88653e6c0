"""The shape of what is typed about the members of an organization."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.editing import EditForm
from common.forms import LARGEST_VERSION, RefusableForm
from people.choices import Permission, Role
from people.models import CustomRole, Membership, Team

CUSTOM = "custom:"


def role_choices(actor: Membership) -> list[tuple[str, Any]]:
    """The built-in roles, then the organization's own."""
    custom = [(f"{CUSTOM}{role.pk}", role.name) for role in CustomRole.objects.visible_to(actor)]
    return [*Role.choices, *custom]


class RoleField(forms.ChoiceField):
    """One of the built-in or custom roles."""

    @staticmethod
    def split(value: str) -> dict[str, Any]:
        """The role as services take it."""
        if value.startswith(CUSTOM):
            return {"role": Role.VIEWER, "custom_role_id": int(value.removeprefix(CUSTOM))}
        return {"role": Role(value), "custom_role_id": None}


class TeamsForm(RefusableForm):
    """A role, and the teams of the organization to choose from."""

    role = RoleField(label=_("Role"))
    teams = forms.MultipleChoiceField(label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(actor)  # type: ignore[attr-defined] # a ChoiceField
        options = [(str(team.pk), team.name) for team in Team.objects.visible_to(actor)]
        self.fields["teams"].choices = options  # type: ignore[attr-defined] # a ChoiceField
        if not options:
            del self.fields["teams"]

    @property
    def chosen_role(self) -> dict[str, Any]:
        """The role as services take it."""
        return RoleField.split(self.cleaned_data["role"])

    @property
    def team_ids(self) -> list[int]:
        """The chosen teams."""
        return [int(team) for team in self.cleaned_data.get("teams", ())]


class InvitationForm(TeamsForm):
    """Whom to invite, and into what."""

    email = forms.EmailField(label=_("E-mail address"))
    field_order = ["email", "role", "teams"]


class MemberForm(TeamsForm, EditForm):
    """What a member may do, where they belong, and what they lead."""

    leads = forms.MultipleChoiceField(
        label=_("Leads"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leads manage the goals, the feedback and the members of their team."),
    )
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        if "teams" in self.fields:
            self.fields["leads"].choices = self.fields["teams"].choices  # type: ignore[attr-defined] # as above
        else:
            del self.fields["leads"]

    @property
    def places(self) -> dict[int, bool]:
        """Each chosen team, and whether the member leads it; a lead is in the team."""
        leads = {int(team) for team in self.cleaned_data.get("leads", ())}
        return {team: team in leads for team in sorted({*self.team_ids, *leads})}


class CustomRoleForm(EditForm):
    """A role of the organization's own."""

    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200, required=False)
    permissions = forms.MultipleChoiceField(
        label=_("What may its members do?"),
        choices=Permission.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody in the organization may read its goals, tasks, feedback and KPIs."),
    )
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )


class TeamForm(EditForm):
    """A team and its place among the others."""

    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200, required=False)
    parent = forms.TypedChoiceField(label=_("Part of"), required=False, coerce=int, empty_value=None)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Membership, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Team.objects.visible_to(actor)
        if team is not None:
            others = others.exclude(pk=team.pk)
        options = [("", _("No other team")), *((str(each.pk), each.name) for each in others)]
        self.fields["parent"].choices = options  # type: ignore[attr-defined] # a ChoiceField
