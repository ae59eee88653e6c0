"""The REST doors to a KPI's numbers: series, breakdown, restatements and proof."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import not_modified, with_etag
from common.api.query import read_query
from common.api.resources import answer_with_digest
from kpis import selectors
from kpis.choices import Grain
from kpis.filters import BreakdownFilter, RestatementFilter, SeriesFilter, SpanFilter, facts_asked, span
from kpis.selectors import By, Compare, Consistency
from kpis.serializers import BreakdownOutput, RestatementsOutput, SeriesOutput, VerificationOutput
from people.access import acting
from people.choices import Scope

FIRST = OpenApiParameter("from", OpenApiTypes.DATE, description="The first local day.")
LAST = OpenApiParameter("to", OpenApiTypes.DATE, description="The last local day, today unless told.")
TEAM = OpenApiParameter("team", OpenApiTypes.INT64, description="Only facts of this team and all below it.")
FACTS = [
    TEAM,
    OpenApiParameter("member", OpenApiTypes.INT64, description="Only facts of this member."),
    OpenApiParameter("label", str, description="Only facts with this label."),
    OpenApiParameter(
        "as_of", OpenApiTypes.DATETIME, description="As it was published at this moment, with an offset."
    ),
    OpenApiParameter(
        "definition", int, description="By this version of the definition, whatever the period."
    ),
    OpenApiParameter(
        "consistency",
        str,
        enum=[each.value for each in Consistency],
        description="`strict` counts facts that wait for a worker too. `cells` unless told.",
    ),
]
SERIES = [
    OpenApiParameter("grain", str, enum=Grain.values, description="`day` unless told."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="A local day; its whole period is included."),
    LAST,
    *FACTS,
    OpenApiParameter(
        "compare",
        str,
        enum=[each.value for each in Compare],
        description="With the period before, or for days with the same weekday of the last four weeks.",
    ),
]
BY = OpenApiParameter("by", str, enum=[each.value for each in By], description="`team` unless told.")


class KpiSeries(APIView):
    """The values of one KPI."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_series", parameters=SERIES, responses=SeriesOutput)
    def get(self, request: Request, key: str) -> HttpResponse:
        """The KPI by hour, day, week, month, quarter or year; 304 where nothing of it changed since your ETag."""
        actor = acting(request)
        given = read_query(request, SeriesFilter)
        grain = Grain(given["grain"] or Grain.DAY)
        first_on, last_on = span(given, grain, selectors.today(actor.organization))
        compare = Compare(given["compare"]) if given["compare"] else None
        asked = selectors.series_request(
            actor, key, grain, first_on, last_on, compare=compare, **facts_asked(given)
        )
        unchanged = not_modified(request, asked.etag)
        if unchanged is not None:
            return unchanged
        return with_etag(Response(SeriesOutput(selectors.read_series(asked)).data), asked.etag)


class KpiBreakdown(APIView):
    """The parts of one KPI."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(
        operation_id="kpis_breakdown", parameters=[BY, FIRST, LAST, *FACTS], responses=BreakdownOutput
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The KPI of a stretch of days, 28 unless told, by team, member or label."""
        actor = acting(request)
        given = read_query(request, BreakdownFilter)
        first_on, last_on = _days(actor.organization, given)
        by = By(given["by"] or By.TEAM.value)
        found = selectors.breakdown(actor, key, by, first_on, last_on, **facts_asked(given))
        return answer_with_digest(request, BreakdownOutput(found).data)


class KpiRestatements(APIView):
    """What changed after it had been published."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(
        operation_id="kpis_restatements", parameters=[FIRST, LAST, TEAM], responses=RestatementsOutput
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The newest 200 changes of published days that the KPI of these days, 28 unless told, depends on."""
        actor = acting(request)
        given = read_query(request, RestatementFilter)
        first_on, last_on = _days(actor.organization, given)
        found = selectors.restatements(actor, key, first_on, last_on, team_id=given["team"])
        return answer_with_digest(request, RestatementsOutput(found).data)


class KpiVerification(APIView):
    """The proof of one KPI."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_verify", parameters=[FIRST, LAST], responses=VerificationOutput)
    def get(self, request: Request, key: str) -> Response:
        """Compute at most 400 days, 28 unless told, again from the facts and compare them with what is stored."""
        actor = acting(request)
        first_on, last_on = _days(actor.organization, read_query(request, SpanFilter))
        return Response(VerificationOutput(selectors.verify(actor, key, first_on, last_on)).data)


def _days(organization: Any, given: dict[str, Any]) -> Any:
    return span(given, Grain.DAY, selectors.today(organization))
