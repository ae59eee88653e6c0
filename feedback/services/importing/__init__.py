"""Bulk import of feedback and survey answers, idempotent by external id, at most 2,000 rows at a time."""

from feedback.services.importing.items import import_items
from feedback.services.importing.responses import import_responses
from feedback.services.importing.rows import ItemRow, ResponseRow

__all__ = ["ItemRow", "ResponseRow", "import_items", "import_responses"]
