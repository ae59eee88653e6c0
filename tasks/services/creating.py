"""Opening a task."""

from datetime import date, time

from django.db import transaction
from django.utils import timezone

from activity.services import record
from common.errors import NotAllowed
from kpis.services import emit_facts
from people.models import Membership
from tasks.choices import Priority, Status
from tasks.facts import SOURCE
from tasks.models import Task, Transition
from tasks.permissions import can_create_task
from tasks.services.checking import refuse_unknown_links, refuse_wrong_fields


@transaction.atomic
def create_task(
    *,
    by: Membership,
    title: str,
    description: str = "",
    priority: int = Priority.NORMAL,
    due_on: date | None = None,
    due_time: time | None = None,
    estimate_minutes: int | None = None,
    assignee_id: int | None = None,
    team_id: int | None = None,
    project_id: int | None = None,
    goal_id: int | None = None,
) -> Task:
    """A task to do in `by`'s organization, with its first step of history, facts and an event.

    Refuses viewers, a blank title, a time without a day and links to rows of another organization.
    """
    if not can_create_task(by):
        raise NotAllowed
    task = Task(
        organization_id=by.organization_id,
        title=title.strip(),
        description=description,
        status=Status.TODO,
        priority=priority,
        due_on=due_on,
        due_time=due_time,
        estimate_minutes=estimate_minutes,
        assignee_id=assignee_id,
        team_id=team_id,
        project_id=project_id,
        goal_id=goal_id,
        opened_at=timezone.now(),
    )
    refuse_wrong_fields(task, ["title", "description", "priority", "due_on", "due_time", "estimate_minutes"])
    refuse_unknown_links(by.organization_id, task.__dict__)
    task.save()
    Transition.objects.create(
        task=task, at=task.opened_at, status=task.status, assignee_id=assignee_id, team_id=team_id, by=by
    )
    record("task.created", subject=task, organization_id=task.organization_id, by=by, assignee_id=assignee_id)
    emit_facts(source=SOURCE, organization_id=task.organization_id, ids=[task.pk])
    return task
