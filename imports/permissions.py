"""Who may bring rows in."""

from feedback.permissions import can_create_feedback
from imports.choices import Kind
from people.choices import Permission
from people.models import Membership
from people.permissions import may
from tasks.permissions import can_create_task


def can_import(actor: Membership, kind: Kind | str) -> bool:
    """Whoever may create such rows one by one."""
    return can_create_task(actor) if kind == Kind.TASKS else can_create_feedback(actor)


def can_manage_samples(actor: Membership) -> bool:
    """Sample data is everybody's to see, so whoever looks after the organization decides on it."""
    return may(actor, Permission.ORGANIZATION_MANAGE)
