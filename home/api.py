"""The REST doors to the search, and to which KPIs stand on Home."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import still_as_read
from common.api.inputs import read_body
from common.api.query import read_query
from common.api.resources import answer_with_digest, told_with_digest
from common.errors import InvalidInput, NotVisible
from home import selectors
from home.filters import LONGEST_WORDS, MOST_OF_A_KIND, BoardFilter, SearchFilter
from home.search import KINDS, SOURCES, Group, Source, search
from home.serializers import SearchOutput, TilesInput, TilesOutput
from home.services import choose_tiles
from kpis.selectors import ids_of_kpis
from people.access import ANY_SCOPE, acting, token_of
from people.choices import Scope
from people.models import Membership, Team

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
BOARD = [OpenApiParameter("team", int, description="The team whose tiles are meant; your own unless told.")]


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


class Tiles(APIView):
    """Which KPIs stand on Home, and in which order."""

    scopes = {"GET": Scope.KPIS_READ, "PUT": Scope.KPIS_WRITE}

    @extend_schema(operation_id="home_tiles_read", parameters=BOARD, responses=TilesOutput)
    def get(self, request: Request) -> HttpResponse:
        """Read the tiles of your own Home, or those of a team that you manage."""
        actor = acting(request)
        return answer_with_digest(request, _tiles(actor, _board(request, actor)))

    @extend_schema(operation_id="home_tiles_set", parameters=BOARD, request=TilesInput, responses=TilesOutput)
    def put(self, request: Request) -> Response:
        """Choose the tiles of your own Home, or those of a team that you manage for all who chose none."""
        actor = acting(request)
        team, keys = _board(request, actor), read_body(TilesInput, request)["kpis"]
        ids = ids_of_kpis(actor, keys)
        if strange := {
            f"/kpis/{at}": [_("There is no such KPI.")] for at, key in enumerate(keys) if key not in ids
        }:
            raise InvalidInput(strange)
        with still_as_read(request, lambda: _tiles(actor, team), _holder(actor, team)):
            choose_tiles(by=actor, kpi_ids=[ids[key] for key in keys], team_id=team.pk if team else None)
            return told_with_digest(_tiles(actor, team))


def _board(request: Request, actor: Membership) -> Team | None:
    """The team whose tiles are meant, None for one's own."""
    team_id = read_query(request, BoardFilter)["team"]
    try:
        return None if team_id is None else selectors.team_managed(actor, team_id)
    except NotVisible as absent:
        raise InvalidInput({"team": [_("There is no such team.")]}) from absent


def _holder(actor: Membership, team: Team | None) -> QuerySet[Any]:
    """What every change of the tiles waits for."""
    return Team.objects.filter(pk=team.pk) if team else Membership.objects.filter(pk=actor.pk)


def _tiles(actor: Membership, team: Team | None) -> Any:
    choice = selectors.tile_choice(actor, team.pk if team else None)
    return TilesOutput({"team": team, "is_chosen": choice.is_chosen, "kpis": choice.chosen}).data


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
