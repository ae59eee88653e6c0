"""The REST door to the search."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api.query import read_query
from common.api.resources import answer_with_digest
from home.filters import LONGEST_WORDS, MOST_OF_A_KIND, SearchFilter
from home.search import KINDS, SOURCES, Group, Source, search
from home.serializers import SearchOutput
from people.access import ANY_SCOPE, acting, token_of

USUAL = 10
PARAMETERS = [
    OpenApiParameter(
        "q",
        {"type": "string", "maxLength": LONGEST_WORDS},
        description="Words that a row must hold, in any order; or `#` and a number; or a key. Nothing finds nothing.",
    ),
    OpenApiParameter(
        "kinds",
        {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
        explode=False,
        style="form",
        description="Only these kinds, separated by commas; each needs its read scope.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MOST_OF_A_KIND, "default": USUAL},
        description="How many of each kind at most.",
    ),
]


class Search(APIView):
    """One search over all kinds of rows."""

    scopes = {"GET": ANY_SCOPE}

    @extend_schema(operation_id="search", parameters=PARAMETERS, responses=SearchOutput)
    def get(self, request: Request) -> HttpResponse:
        """Find tasks, feedback, goals, KPIs, metrics, people and teams by words; each kind only with its read scope."""
        given = read_query(request, SearchFilter)
        groups = search(
            acting(request),
            given["q"],
            limit=given["limit"] or USUAL,
            sources=_sources(token_of(request).scopes, given["kinds"]),
        )
        more = [group.source.key for group in groups if group.has_more]
        found = {"results": [row for group in groups for row in _rows(group)], "more": more}
        return answer_with_digest(request, SearchOutput(found).data)


def _sources(scopes: Sequence[str], kinds: Sequence[str]) -> list[Source]:
    """Those that are asked for by name, else all that the token may read. Refuses a named one that it may not."""
    wanted = [source for source in SOURCES if source.key in (kinds or KINDS)]
    missing = sorted({source.scope for source in wanted if source.scope not in scopes})
    if kinds and missing:
        raise PermissionDenied(
            _("This token lacks the scope %(scope)s.") % {"scope": ", ".join(missing)}, code="scope_missing"
        )
    return [source for source in wanted if source.scope in scopes]


def _rows(group: Group) -> list[dict[str, Any]]:
    return [
        {
            "kind": group.source.key,
            "id": row.ref if isinstance(row.ref, int) else None,
            "key": row.ref if isinstance(row.ref, str) else None,
            "title": row.title,
            "note": row.note,
            "url": row.url,
            "api_url": reverse(group.source.address, args=[row.ref]),
        }
        for row in group.rows
    ]
