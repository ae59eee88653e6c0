"""What the tasks API takes and gives."""

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import Expansion, RowOutput
from people.choices import Scope
from people.serializers import LARGEST_ID, MemberOutput, Named, Person, TeamOutput
from tasks.choices import Priority, Status
from tasks.models import Project, SpecialDay, Step, Task, TimeEntry, Transition
from tasks.services.checking import DESCRIPTION_LIMIT
from tasks.services.steps import LONGEST_STEP, MOST_STEPS
from tasks.services.timing import LONGEST_MINUTES, LONGEST_NOTE

LARGEST_ESTIMATE = 1_000_000


class TaskInput(StrictInput):
    """A new task; with `partial=True`, the fields of a task that shall change. Unknown fields are refused."""

    title = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, allow_blank=True, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    due_on = serializers.DateField(allow_null=True, required=False)
    due_time = serializers.TimeField(
        allow_null=True,
        required=False,
        help_text="On the organization's clock; null is the end of the day.",
    )
    estimate_minutes = serializers.IntegerField(
        min_value=0, max_value=LARGEST_ESTIMATE, allow_null=True, required=False
    )
    assignee_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    project_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    goal_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)


class SignalTaskInput(StrictInput):
    """A task that looks into a signal; its team is the signal's. Unknown fields are refused."""

    title = serializers.CharField(max_length=300)
    assignee_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)
    due_on = serializers.DateField(allow_null=True, required=False)


class TaskPatch(TaskInput):
    """What may change in a task; only what is sent changes."""

    status = serializers.ChoiceField(choices=Status.choices, required=False)


class ProjectOutput(RowOutput[Project]):
    """A project. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    key = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    team = Named(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    expansions = {"team": Expansion(lambda: TeamOutput(allow_null=True), ["team"], Scope.PEOPLE_READ)}


class ProjectPatch(StrictInput):
    """What may change in a project; only what is sent changes."""

    name_en = serializers.CharField(max_length=200, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=200, allow_blank=True, required=False)
    team_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)


class ProjectInput(ProjectPatch):
    """A new project; its key stays for its life. Unknown fields are refused."""

    key = serializers.RegexField(
        r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,19}\Z",
        error_messages={
            "invalid": _(
                "A key has up to 20 letters, digits, hyphens and underscores, first a letter or digit."
            )
        },
    )


class TaskStep(serializers.Serializer[Transition]):
    """A step of a task's history: status, assignee and team from then on."""

    at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=Status.choices)
    assignee = Person(allow_null=True)
    team = Named(allow_null=True)
    by = Person(allow_null=True)


class TaskGoal(Named):
    """The goal that a task serves."""

    status = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    owner = Person()


class TaskFeedback(serializers.Serializer[Any]):
    """A feedback item that a task answers."""

    id = serializers.IntegerField(source="item.id")
    subject = serializers.CharField(source="item.subject")
    status = serializers.CharField(source="item.status")


class StepInput(StrictInput):
    """A step to add to a task's checklist."""

    text = serializers.CharField(max_length=LONGEST_STEP)


class StepPatch(StepInput):
    """What may change in a step; `position` 1 is the first."""

    position = serializers.IntegerField(min_value=1, max_value=MOST_STEPS, required=False)
    done = serializers.BooleanField(required=False)


class StepOutput(RowOutput[Step]):
    """A step of a task's checklist; `done_at` is null while it is open."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    text = serializers.CharField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = Person(allow_null=True)


class TimeInput(StrictInput):
    """Time worked on a task without a timer."""

    on = serializers.DateField()
    minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_MINUTES)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, required=False)


class TimeOutput(RowOutput[TimeEntry]):
    """Time that a member worked on a task; `ended_at` and `seconds` are null while the timer runs."""

    id = serializers.IntegerField()
    member = Person(source="membership")
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    note = serializers.CharField()


STEPS = Transition.objects.select_related("assignee__user", "team", "by__user").order_by("at", "id")


class TaskOutput(RowOutput[Task]):
    """A task as the API gives it. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    due_on = serializers.DateField(allow_null=True)
    due_time = serializers.TimeField(allow_null=True)
    estimate_minutes = serializers.IntegerField(allow_null=True)
    assignee = Person(allow_null=True)
    team = Named(allow_null=True)
    project = Named(allow_null=True)
    goal = Named(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of that name
    external_id = serializers.CharField()
    expansions = {
        "assignee": Expansion(lambda: MemberOutput(allow_null=True), ["assignee__user"], Scope.PEOPLE_READ),
        "team": Expansion(lambda: TeamOutput(allow_null=True), ["team"], Scope.PEOPLE_READ),
        "project": Expansion(lambda: ProjectOutput(allow_null=True), ["project__team"]),
        "goal": Expansion(lambda: TaskGoal(allow_null=True), ["goal__owner__user"], Scope.GOALS_READ),
        "feedback": Expansion(
            lambda: TaskFeedback(many=True, source="feedback_links"),
            ["feedback_links__item"],
            Scope.FEEDBACK_READ,
        ),
        "steps": Expansion(
            lambda: StepOutput(many=True), [Prefetch("steps", Step.objects.select_related("done_by__user"))]
        ),
        "history": Expansion(
            lambda: TaskStep(many=True, source="transitions"), [Prefetch("transitions", STEPS)]
        ),
    }


class CalendarPatch(StrictInput):
    """What shall change; what is not sent stays. Unknown fields are refused."""

    country = serializers.CharField(
        min_length=1, max_length=2, required=False, help_text="ISO 3166, or `-` for no public holidays."
    )
    subdivision = serializers.CharField(max_length=10, allow_blank=True, required=False)
    rest_days = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, required=False
    )


class CalendarOutput(serializers.Serializer[Any]):
    """Whose public holidays the organization keeps, and its weekly days of rest: 1 is Monday."""

    country = serializers.CharField(help_text="ISO 3166, or `-` for no public holidays.")
    subdivision = serializers.CharField(allow_blank=True)
    rest_days = serializers.ListField(child=serializers.IntegerField())


class WorkingDayOutput(serializers.Serializer[Any]):
    """A day, and whether the organization works on it."""

    on = serializers.DateField()
    is_working = serializers.BooleanField()


class SpecialDayInput(StrictInput):
    """A day that differs from the calendar. Unknown fields are refused."""

    on = serializers.DateField()
    is_working = serializers.BooleanField(default=False)
    name = serializers.CharField(max_length=120, allow_blank=True, default="")


class SpecialDayOutput(RowOutput[SpecialDay]):
    """A day that differs from the calendar."""

    id = serializers.IntegerField()
    on = serializers.DateField()
    is_working = serializers.BooleanField()
    name = serializers.CharField(allow_blank=True)
