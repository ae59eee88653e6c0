"""Who may bring rows in."""

from feedback.permissions import can_create_feedback
from imports.choices import Kind
from people.models import Membership
from tasks.permissions import can_create_task


def can_import(actor: Membership, kind: Kind | str) -> bool:
    """Whoever may create such rows one by one."""
    return can_create_task(actor) if kind == Kind.TASKS else can_create_feedback(actor)
