"""Reading tasks, their history and their projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import models
from django.utils import timezone

from common.errors import NotVisible
from common.row_by_id import RowById
from people.models import Membership
from tasks.models import Project, SpecialDay, Step, Task, TaskQuerySet, Transition


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One step of a task's history and what it changed against the one before."""

    step: Transition
    is_opening: bool
    is_status: bool
    is_assignee: bool
    is_team: bool


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """A task with its history, newest entry first, the feedback it answers and its checklist."""

    task: Task
    history: Sequence[HistoryStep]
    feedback_links: Sequence[models.Model]
    steps: Sequence[Step]


def local_day(actor: Membership) -> date:
    """Today on the calendar of the actor's organization."""
    return timezone.localdate(timezone=actor.organization.zone)


def task_list(actor: Membership) -> TaskQuerySet:
    """The organization's tasks with everything a row shows, for a filter and a page to narrow. One query."""
    return Task.objects.visible_to(actor).select_related("assignee__user", "team", "project", "goal")


def overdue_tasks(actor: Membership, limit: int) -> list[Task]:
    """The open tasks whose due day has passed in the organization, longest overdue first. One query."""
    return list(task_list(actor).overdue(local_day(actor)).order_by("due_on", "id")[:limit])


def overdue_count(actor: Membership) -> int:
    """How many open tasks are past their due day in the organization. One query."""
    return Task.objects.visible_to(actor).overdue(local_day(actor)).count()


def assignees(actor: Membership) -> models.QuerySet[Membership]:
    """Everybody who is or was in the actor's organization, by name: old tasks name people who left."""
    return Membership.objects.visible_to(actor).select_related("user").order_by("user__name", "id")


def projects(actor: Membership) -> models.QuerySet[Project]:
    """Projects of the actor's organization."""
    return Project.objects.visible_to(actor).order_by("key")


def get_project(actor: Membership, project_id: int) -> Project:
    """One project with its team; refuses one the actor cannot see. One query."""
    project = projects(actor).select_related("team").filter(pk=project_id).first()
    if project is None:
        raise NotVisible
    return project


def get_task(actor: Membership, task_id: int) -> Task:
    """One task with everything a row shows; refuses one the actor cannot see. One query."""
    task = _TASK.find(actor.organization_id, task_id)
    if task is None:
        raise NotVisible
    return task


_TASK: Final = RowById(task_list)


def task_detail(actor: Membership, task_id: int) -> TaskDetail:
    """The task, its history, linked feedback and steps; refuses one the actor cannot see. Four queries."""
    task = get_task(actor, task_id)
    return TaskDetail(
        task=task,
        history=_steps(list(task.transitions.select_related("assignee__user", "team", "by__user"))),
        feedback_links=list(
            task.feedback_links.select_related("item__customer", "item__theme").order_by("-item__opened_at")
        ),
        steps=list(task.steps.select_related("done_by__user")),
    )


def _steps(transitions: Sequence[Transition]) -> list[HistoryStep]:
    before: list[Transition | None] = [None, *transitions]
    return [
        HistoryStep(
            step=step,
            is_opening=last is None,
            is_status=last is not None and last.status != step.status,
            is_assignee=step.assignee_id != (last.assignee_id if last else None),
            is_team=step.team_id != (last.team_id if last else None),
        )
        for last, step in zip(before, transitions, strict=False)
    ][::-1]


def get_special_day(actor: Membership, day_id: int) -> SpecialDay:
    """One of the organization's own days; refuses one that is not there."""
    day = SpecialDay.objects.visible_to(actor).filter(pk=day_id).first()
    if day is None:
        raise NotVisible
    return day


def get_step(actor: Membership, task_id: int, step_id: int) -> Step:
    """A step of a task that the actor sees; refuses one that is not there."""
    step = steps_of(actor, task_id).filter(pk=step_id).first()
    if step is None:
        raise NotVisible
    return step


def steps_of(actor: Membership, task_id: int) -> models.QuerySet[Step]:
    """The checklist of a task in its order; refuses a task the actor cannot see. Two queries."""
    return get_task(actor, task_id).steps.select_related("done_by__user")
