"""Keyset pages by id, newest first unless asked otherwise, so that a page costs the same at any depth."""

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from common.errors import InvalidInput

_POSITION = re.compile(r"[0-9]{1,18}")


class KeysetPagination(CursorPagination):
    """`?limit=` (1 to 200, 50 unless told) and the `next` link of the answer before; refuses other values."""

    page_size_query_param = "limit"
    page_size_query_description = gettext_lazy("How many results to return, 1 to 200.")  # type: ignore[assignment] # lazy text is text
    # The stubs know only plain text here and at the line above; lazy text is text.
    cursor_query_description = gettext_lazy(  # type: ignore[assignment]
        "Where to go on; taken from `next` or `previous` of an answer."
    )
    max_page_size = 200
    order_query_param = "order"
    orders = {"newest": ("-id",), "oldest": ("id",)}

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """By id, in the direction of `?order=`; refuses other orders, because no index carries them."""
        wanted = request.query_params.get(self.order_query_param, "newest")
        if wanted not in self.orders:
            raise InvalidInput({self.order_query_param: [_("Send newest or oldest.")]})
        return self.orders[wanted]

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """The rows of one page; links start with `SITE_URL`, never with what the request claims."""
        page = super().paginate_queryset(queryset, request, view)
        self.base_url = settings.SITE_URL + request.get_full_path()
        return page

    def get_page_size(self, request: Request) -> int:
        """The wanted number of rows; refuses what is not a whole number from 1 to 200."""
        given = request.query_params.get("limit", str(self.page_size))
        if not re.fullmatch("[0-9]{1,3}", given) or not 1 <= int(given) <= self.max_page_size:
            raise InvalidInput(
                {"limit": [_("Send a whole number from 1 to %(most)s.") % {"most": self.max_page_size}]}
            )
        return int(given)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Where the page starts; refuses a cursor that no answer of ours can have held."""
        refusal = InvalidInput({"cursor": [_("This cursor is not one of ours. Start again without it.")]})
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise refusal from error
        if cursor and cursor.position is not None and not _POSITION.fullmatch(str(cursor.position)):
            raise refusal
        return cursor

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """For the schema: cursor, limit and order."""
        order = {
            "name": self.order_query_param,
            "in": "query",
            "description": "By age; `newest` unless told.",
            "schema": {"type": "string", "enum": list(self.orders)},
        }
        return [*super().get_schema_operation_parameters(view), order]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A page: `results`, and the addresses of the pages around it, or null."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
