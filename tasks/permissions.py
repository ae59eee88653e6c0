"""Who may do what to a task. No HTTP, no query per row."""

from people.models import Membership
from people.permissions import can_manage, can_work
from tasks.models import Task


def can_create_task(actor: Membership) -> bool:
    """Members and above."""
    return can_work(actor)


def can_change_task(actor: Membership, task: Task) -> bool:
    """Members and above, any task of their organization."""
    return can_work(actor) and task.organization_id == actor.organization_id


def can_delete_task(actor: Membership, task: Task, *, created_by_id: int | None) -> bool:
    """Managers and above, and the member who created it."""
    return can_change_task(actor, task) and (can_manage(actor) or created_by_id == actor.pk)
