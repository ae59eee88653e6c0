"""How a list of goals is narrowed; pages and API share the rules."""

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.search import matches
from goals.choices import Kind, Pace, Status
from goals.models import Goal
from people.filters import OfEveryTeam, TeamFilterWithParts, rows_of
from people.forms.picking import PeoplePicker
from people.models import Membership, Team
from people.selectors import assignable_members, teams

PAGE_DEFAULTS = {"status": Status.ACTIVE.value}


class GoalFilter(django_filters.FilterSet):
    """By words, status, owner, team and kind. Unknown values are refused."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices, empty_label=_("All"))
    owner = django_filters.ModelChoiceFilter(
        label=_("Owner"),
        empty_label=_("All"),
        queryset=rows_of(Membership, assignable_members),
        widget=PeoplePicker,
    )
    team = TeamFilterWithParts(
        label=_("Team"),
        empty_label=_("All"),
        queryset=rows_of(Team, teams),
        null_label=_("No team"),
        null_value="none",
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("All"))

    class Meta:
        model = Goal
        fields: list[str] = []

    def search(self, goals: QuerySet[Goal], name: str, value: str) -> QuerySet[Goal]:
        """Name and description hold the words."""
        return goals.filter(matches(value, "name_en", "name_zh", "description"))


class GoalPageFilter(OfEveryTeam, GoalFilter):
    """The filter of the page, which also asks for a pace; the pace is measured, so the view narrows by it."""

    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[*Status.choices, ("all", _("All"))],
        method="by_status",
        empty_label=None,
    )
    pace = django_filters.ChoiceFilter(
        label=_("Pace"), choices=Pace.choices, empty_label=_("All"), method="unchanged"
    )

    def by_status(self, goals: QuerySet[Goal], name: str, value: str) -> QuerySet[Goal]:
        """As for the API, and `all`."""
        return goals if value == "all" else goals.filter(status=value)

    def unchanged(self, goals: QuerySet[Goal], name: str, value: str) -> QuerySet[Goal]:
        """All goals: their pace is not stored."""
        return goals
