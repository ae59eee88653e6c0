"""How a list of tasks is narrowed; pages and API share the rules."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.search import found_by, matches
from people.filters import OfEveryTeam, TeamFilterWithParts, WorkFilter, numbered, reader, rows_of
from people.forms.picking import PeoplePicker
from people.models import Membership, Team
from people.selectors import teams
from tasks.choices import CLOSED, OPEN, Priority, Status
from tasks.models import Project, SpecialDay, Task, TaskQuerySet
from tasks.selectors import assignees, local_day, projects

STATES = [("open", pgettext_lazy("tasks", "Open")), ("closed", _("Closed"))]
ORDERS = {
    "due": (F("due_on").asc(nulls_last=True), "id"),
    "priority": ("priority", F("due_on").asc(nulls_last=True), "id"),
    "newest": ("-id",),
}
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ProjectFilter(django_filters.FilterSet):
    """By key and team. Unknown values are refused."""

    key = django_filters.CharFilter(max_length=20)
    team = django_filters.ModelChoiceFilter(
        queryset=rows_of(Team, teams), null_label="none", null_value="none"
    )

    class Meta:
        model = Project
        fields: list[str] = []


class SpecialDayFilter(django_filters.FilterSet):
    """By whether it is worked."""

    is_working = django_filters.BooleanFilter()

    class Meta:
        model = SpecialDay
        fields: list[str] = []


class WorkingDaysFilter(forms.Form):
    """A stretch of days."""

    days = forms.IntegerField(min_value=1, max_value=366, required=False)
    # `from` is a word of the language, so the field cannot be written as an attribute.
    vars()["from"] = forms.DateField(input_formats=["%Y-%m-%d"], required=False)


class TaskFilter(WorkFilter):
    """`assignee=me` is the reader; `assignee=none` finds what nobody has. Unknown values are refused."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("task filter", "Show"), choices=STATES, method="by_state"
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Status.choices, empty_label=_("All"))
    assignee = django_filters.ModelChoiceFilter(
        label=_("Assignee"),
        empty_label=_("All"),
        queryset=rows_of(Membership, assignees),
        null_label=_("Nobody"),
        null_value="none",
        widget=PeoplePicker,
    )
    team = TeamFilterWithParts(
        label=_("Team"),
        empty_label=_("All"),
        queryset=rows_of(Team, teams),
        null_label=_("No team"),
        null_value="none",
    )
    project = django_filters.ModelChoiceFilter(
        label=_("Project"),
        empty_label=_("All"),
        queryset=rows_of(Project, projects),
        null_label=_("No project"),
        null_value="none",
    )
    priority = django_filters.ChoiceFilter(
        label=_("Priority"), choices=Priority.choices, empty_label=_("All")
    )
    due_after = django_filters.DateFilter(
        label=_("Due from"), field_name="due_on", lookup_expr="gte", widget=DATE
    )
    due_before = django_filters.DateFilter(
        label=_("Due until"), field_name="due_on", lookup_expr="lte", widget=DATE
    )
    overdue = django_filters.BooleanFilter(
        label=_("Overdue only"), method="only_overdue", widget=forms.CheckboxInput(attrs={"value": "true"})
    )

    class Meta:
        model = Task
        fields: list[str] = []

    def search(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Title and description hold the words, or the number or the source's own id is exactly that."""
        plainly = matches(value, "title", "description") | numbered(value)
        return tasks.filter(found_by("tasks_found", value, plainly))

    def by_state(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """Open: neither done nor cancelled."""
        return tasks.filter(status__in=OPEN if value == "open" else CLOSED)

    def only_overdue(self, tasks: TaskQuerySet, name: str, value: bool) -> TaskQuerySet:
        """Open and past due on the organization's calendar; false changes nothing."""
        return tasks.overdue(local_day(reader(self.request))) if value else tasks


def page_defaults(query: QueryDict) -> dict[str, str]:
    """What the page shows where its address is silent: open tasks, all where a closed status is asked for."""
    return {"state": "all" if query.get("status") in CLOSED else "open", "order": "due"}


class TaskPageFilter(OfEveryTeam, TaskFilter):
    """The filter of the page: open tasks by due day unless the address says otherwise."""

    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("task filter", "Show"),
        choices=[*STATES, ("all", _("All"))],
        method="by_state",
        empty_label=None,
    )
    order = django_filters.ChoiceFilter(
        label=_("Order"),
        choices=[("due", _("Due first")), ("priority", _("Priority first")), ("newest", _("Newest first"))],
        method="in_order",
        empty_label=None,
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        data = QueryDict(mutable=True) if data is None else data.copy()
        for name, value in page_defaults(data).items():
            data.setdefault(name, value)
        super().__init__(data, *args, **kwargs)

    def by_state(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """As for the API, and `all`."""
        return tasks if value == "all" else super().by_state(tasks, name, value)

    def in_order(self, tasks: TaskQuerySet, name: str, value: str) -> TaskQuerySet:
        """By due day, by priority, or newest first; tasks without a due day come last."""
        return tasks.order_by(*ORDERS[value])
