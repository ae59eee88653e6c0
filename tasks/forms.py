"""What the pages of tasks take."""

from datetime import UTC, tzinfo
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.editing import EditForm
from common.forms import LARGEST_VERSION, RefusableForm, StatusChangeForm
from goals import selectors as goals
from goals.choices import Status as GoalStatus
from people.forms.picking import PeoplePicker
from people.models import Membership
from people.selectors import assignable_members, teams
from tasks.choices import Priority, Status
from tasks.models import Task
from tasks.natural_dates import find
from tasks.selectors import assignees, projects
from tasks.services.checking import DESCRIPTION_LIMIT

LARGEST_ESTIMATE = 1_000_000
LARGEST_ID = 2**63 - 1
LINKS = ("assignee", "team", "goal", "project")


class DayField(forms.DateField):
    """A day by the browser's calendar, or in words such as `fri`, `明天` or `3 Dec`, seen from `zone`."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    zone: tzinfo = UTC

    def to_python(self, value: Any) -> Any:
        """The day; refuses words that say more than a day, or less."""
        try:
            return super().to_python(value)
        except ValidationError:
            found = find(str(value), timezone.localtime(timezone=self.zone))
            if found.on is None or found.at is not None or found.rest(str(value)).strip():
                raise
            return found.on


class TaskForm(EditForm):
    """A task to create, or to edit with the version it was read at."""

    title = forms.CharField(label=_("Title"), max_length=300)
    description = forms.CharField(
        label=_("Description"),
        max_length=DESCRIPTION_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    assignee = forms.ModelChoiceField(
        label=_("Assignee"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        widget=PeoplePicker,
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Membership.objects.none(), required=False, empty_label=_("No team")
    )
    due_on = DayField(label=_("Due"), required=False)
    due_time = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    estimate_minutes = forms.IntegerField(
        label=_("Estimate (minutes)"), min_value=0, max_value=LARGEST_ESTIMATE, required=False
    )
    goal = forms.ModelChoiceField(
        label=_("Serves the goal"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("No goal"),
    )
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Membership.objects.none(), required=False, empty_label=_("No project")
    )
    version = forms.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, actor: Membership, task: Task | None = None, **kwargs: Any) -> None:
        if task is not None:
            kwargs["initial"] = {
                **{name: getattr(task, name) for name in self.base_fields if name not in LINKS},
                **{name: getattr(task, f"{name}_id") for name in LINKS},
            }
        super().__init__(*args, **kwargs)
        people = assignees(actor).filter(Q(is_active=True) | Q(pk=task.assignee_id if task else None))
        active = Q(status=GoalStatus.ACTIVE) | Q(pk=task.goal_id if task else None)
        cast("DayField", self.fields["due_on"]).zone = actor.organization.zone
        self._choose("assignee", people)
        self._choose("team", teams(actor))
        self._choose("project", projects(actor))
        self._choose("goal", goals.goal_list(actor).filter(active).order_by("ends_on", "id"))

    def _choose(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined] # every name is a ModelChoiceField

    def values(self) -> dict[str, Any]:
        """The cleaned input in the words of the services, without the version."""
        return {
            f"{name}_id" if name in LINKS else name: value.pk if name in LINKS and value else value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


class StatusForm(StatusChangeForm):
    """A new status for a task; `whole` asks for its page instead of its row, `pick` for a row that can be chosen."""

    status = forms.ChoiceField(choices=Status.choices)
    whole = forms.BooleanField(required=False)
    pick = forms.BooleanField(required=False)


class PlanForm(StatusChangeForm):
    """When a task shall be done; with `undo`, the day, time and status it had."""

    when = forms.CharField(max_length=20, required=False)
    status = forms.ChoiceField(choices=Status.choices, required=False)
    due_on = forms.DateField(required=False)
    due_time = forms.TimeField(required=False)


class ManyForm(RefusableForm):
    """What shall change in all chosen tasks: what is left empty stays. Due and assignee are said in words."""

    status = forms.ChoiceField(
        label=_("Status"), choices=[("", _("as it is")), *Status.choices], required=False
    )
    due = forms.CharField(
        label=_("Due"), max_length=100, required=False, help_text=_("A day in your own words, - for none.")
    )
    assignee = forms.CharField(
        label=_("Assignee"),
        max_length=100,
        required=False,
        help_text=_("A name, initials or me, - for nobody."),
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        # Whoever may only move tasks on is offered no more.
        for name in {"due", "assignee"} - data.keys():
            del self.fields[name]


class WasForm(forms.Form):
    """What a task was before it was changed with many others."""

    status = forms.ChoiceField(choices=Status.choices, required=False)
    due_on = forms.DateField(required=False)
    due_time = forms.TimeField(required=False)
    assignee_id = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)


class StepsForm(RefusableForm):
    """Steps to add to a task, one a line."""

    text = forms.CharField(
        label=_("Add steps, one a line"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def texts(self) -> list[str]:
        """The lines that say something."""
        return [line.strip() for line in self.cleaned_data["text"].splitlines() if line.strip()]


class StepForm(forms.Form):
    """What to do with a step."""

    action = forms.ChoiceField(choices=[(each, each) for each in ("check", "uncheck", "up", "remove")])


class TimeForm(RefusableForm):
    """Time spent on a task, without the timer."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=24 * 60)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class OpenTaskForm(RefusableForm):
    """A task to open on something that was found: a feedback item, a signal."""

    title = forms.CharField(label=_("What has to be done"), max_length=300)
    assignee = forms.ModelChoiceField(
        label=_("Assignee"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("Nobody"),
        widget=PeoplePicker,
    )
    due_on = DayField(label=_("Due"), required=False)

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = cast("forms.ModelChoiceField[Membership]", self.fields["assignee"])
        people.queryset = assignable_members(actor)
        cast("DayField", self.fields["due_on"]).zone = actor.organization.zone

    def values(self) -> dict[str, Any]:
        """The cleaned input in the words of the services."""
        row = self.cleaned_data["assignee"]
        return {
            "title": self.cleaned_data["title"],
            "due_on": self.cleaned_data["due_on"],
            "assignee_id": row.pk if row else None,
        }
