"""The REST doors to what changed, to the facts behind a number, and to notes."""

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import urlencode
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import read_body
from common.api.query import read_query
from common.api.resources import Collection, SingleByDigest, answer_with_digest, new_row
from kpis import selectors, services
from kpis.api.series import FIRST, LAST, TEAM
from kpis.choices import Grain
from kpis.filters import ChangesFilter, NoteFilter, RowsFilter, span
from kpis.models import KpiNote
from kpis.serializers import ChangesOutput, FactsOutput, NoteInput, NoteOutput
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership

USUAL_CHANGES, USUAL_ROWS = 200, 50
AFTER = OpenApiParameter(
    "after", str, description="The `cursor` of the answer before; `now` for what comes; all without it."
)
LIMIT = OpenApiParameter("limit", int, description="How many at most.")
ROWS = [
    FIRST,
    LAST,
    TEAM,
    OpenApiParameter("member", OpenApiTypes.INT64, description="Only facts of this member."),
    OpenApiParameter("label", str, description="Only facts with this label."),
    OpenApiParameter(
        "of",
        str,
        enum=["numerator", "denominator"],
        description="Which side of a quotient; `numerator` unless told.",
    ),
    OpenApiParameter("cursor", str, description="Where to go on; taken from `next`."),
    LIMIT,
]


class Changes(APIView):
    """What a client that keeps a copy of the numbers has to load again."""

    scopes = {"GET": Scope.KPIS_READ}
    refuses = {"GET": {"410"}}

    @extend_schema(operation_id="changes_list", parameters=[AFTER, LIMIT], responses=ChangesOutput)
    def get(self, request: Request) -> HttpResponse:
        """Published days that changed, days newly published, and KPIs defined anew, in an order that misses none."""
        given = read_query(request, ChangesFilter)
        page = selectors.changes(acting(request), after=given["after"], limit=given["limit"] or USUAL_CHANGES)
        return answer_with_digest(request, ChangesOutput(page).data)


class KpiRows(APIView):
    """The facts behind a number."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_rows", parameters=ROWS, responses=FactsOutput)
    def get(self, request: Request, key: str) -> HttpResponse:
        """The facts that the KPI counts on these days, 28 unless told; `archived` names months that are in files."""
        actor = acting(request)
        given = read_query(request, RowsFilter)
        first_on, last_on = span(given, Grain.DAY, selectors.today(actor.organization))
        page = selectors.rows(
            actor,
            key,
            first_on,
            last_on,
            given["team"],
            member_id=given["member"],
            label=given["label"],
            cursor=given["cursor"],
            of_denominator=given["of"] == "denominator",
            limit=given["limit"] or USUAL_ROWS,
        )
        shown = {
            "unit": page.unit,
            "rows": page.rows,
            "next": _with_cursor(request, page.next_cursor),
            "archived": page.archived,
        }
        return answer_with_digest(request, FactsOutput(shown).data)


class KpiNotes(Collection):
    """The notes on a KPI."""

    scopes = {"GET": Scope.KPIS_READ, "POST": Scope.KPIS_WRITE}
    filterset_class = NoteFilter
    output = NoteOutput
    model = KpiNote

    def rows(self, actor: Membership) -> QuerySet[KpiNote]:
        """All notes with who wrote them."""
        return selectors.notes_on(actor, self.kwargs["key"])

    @extend_schema(operation_id="kpis_notes_list", responses=NoteOutput(many=True))
    def get(self, request: Request, key: str) -> HttpResponse:
        """List the notes on a KPI."""
        return self.listed(request)

    @extend_schema(operation_id="kpis_notes_add", request=NoteInput, responses={201: NoteOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Write a note at a day of the KPI's chart."""
        given = read_body(NoteInput, request)
        note = services.add_note(acting(request), key, **given)
        return new_row(NoteOutput(note), "kpis-api:note", key, note.pk)


class KpiNoteResource(SingleByDigest):
    """One note."""

    scopes = {"GET": Scope.KPIS_READ, "DELETE": Scope.KPIS_WRITE}
    output = NoteOutput

    @extend_schema(operation_id="kpis_notes_read", responses=NoteOutput)
    def get(self, request: Request, key: str, note_id: int) -> HttpResponse:
        """Read a note."""
        return self.shown(request, selectors.get_note(acting(request), key, note_id))

    @extend_schema(operation_id="kpis_notes_remove", responses={204: OpenApiResponse(description="Removed.")})
    def delete(self, request: Request, key: str, note_id: int) -> Response:
        """Remove a note of yours, or any as a manager."""
        actor = acting(request)
        note = selectors.notes_on(actor, key).filter(pk=note_id)
        with self.holding(request, lambda: selectors.get_note(actor, key, note_id), note):
            services.remove_note(actor, key, note_id=note_id)
        return Response(status=204)


def _with_cursor(request: Request, cursor: str) -> str | None:
    if not cursor:
        return None
    query = {**request.query_params.dict(), "cursor": cursor}
    return f"{settings.SITE_URL}{request.path}?{urlencode(query)}"
