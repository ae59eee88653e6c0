"""Who may do what to a task. No HTTP, no query per row."""

from collections.abc import Collection

from people.choices import Permission
from people.models import Membership
from people.permissions import may
from tasks.models import Task


def can_create_task(actor: Membership) -> bool:
    """Members and above, and custom roles that say so."""
    return may(actor, Permission.TASKS_CREATE)


def can_change_projects(actor: Membership) -> bool:
    """Whoever may edit tasks."""
    return may(actor, Permission.TASKS_EDIT)


def can_complete_tasks(actor: Membership) -> bool:
    """Whoever may move tasks from one status to another."""
    return may(actor, Permission.TASKS_COMPLETE)


def can_change_task(actor: Membership, task: Task) -> bool:
    """Whoever may edit tasks, any task of their organization."""
    return may(actor, Permission.TASKS_EDIT) and task.organization_id == actor.organization_id


def can_change_fields(actor: Membership, task: Task, fields: Collection[str]) -> bool:
    """The status by whoever may complete, everything else by whoever may edit."""
    return ("status" not in fields or can_complete_tasks(actor)) and (
        not set(fields) - {"status"} or can_change_task(actor, task)
    )


def can_delete_task(actor: Membership, task: Task, *, created_by_id: int | None) -> bool:
    """Managers and above any task; who may edit, the task they created."""
    is_ours = task.organization_id == actor.organization_id
    by_author = created_by_id == actor.pk and may(actor, Permission.TASKS_EDIT)
    return is_ours and (may(actor, Permission.TASKS_DELETE) or by_author)


def can_delete_projects(actor: Membership) -> bool:
    """Whoever may delete any task."""
    return may(actor, Permission.TASKS_DELETE)
