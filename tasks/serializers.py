"""What the tasks API takes and gives."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from tasks.choices import Priority, Status
from tasks.models import Task
from tasks.services.checking import DESCRIPTION_LIMIT

LARGEST_ID = 2**63 - 1
LARGEST_ESTIMATE = 1_000_000


class TaskInput(StrictInput):
    """A new task; with `partial=True`, the fields of a task that shall change. Unknown fields are refused."""

    title = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=DESCRIPTION_LIMIT, allow_blank=True, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    due_on = serializers.DateField(allow_null=True, required=False)
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


class Named(serializers.Serializer[Any]):
    """A linked row: its id and its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class Person(serializers.Serializer[Any]):
    """A member: the membership's id and the person's name."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="user.name")


class TaskOutput(serializers.Serializer[Task]):
    """A task as the API gives it. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    due_on = serializers.DateField(allow_null=True)
    estimate_minutes = serializers.IntegerField(allow_null=True)
    assignee = Person(allow_null=True)
    team = Named(allow_null=True)
    project = Named(allow_null=True)
    goal = Named(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of that name
    external_id = serializers.CharField()
