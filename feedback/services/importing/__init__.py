"""Bulk import of feedback, survey invitations and answers, idempotent by external id, at most 2,000 rows at a time."""

from feedback.services.importing.invitations import record_invitations
from feedback.services.importing.items import import_items
from feedback.services.importing.responses import import_responses
from feedback.services.importing.rows import InvitationRow, ItemRow, ResponseRow

__all__ = [
    "InvitationRow",
    "ItemRow",
    "ResponseRow",
    "import_items",
    "import_responses",
    "record_invitations",
]
