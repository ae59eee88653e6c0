"""Keyset pages: newest first by id, so that a page costs the same at any depth."""

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """`?limit=` (1 to 200, 50 unless told) and the `next` link of the answer before."""

    ordering = "-id"
    page_size_query_param = "limit"
    max_page_size = 200
    invalid_cursor_message = _("This cursor is not one of ours. Start again without it.")  # type: ignore[assignment] # lazy text is text
