"""Who may read the record of what happened."""

from people.choices import Permission
from people.models import Membership
from people.permissions import may


def can_read_audit(actor: Membership) -> bool:
    """Whoever has the permission, usually administrators."""
    return may(actor, Permission.AUDIT_READ)
