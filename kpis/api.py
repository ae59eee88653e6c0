"""The REST doors to KPIs and metrics."""

from dataclasses import asdict

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import not_modified, with_etag
from common.api.query import read_query
from kpis import selectors, services
from kpis.choices import Grain, Unit
from kpis.filters import SeriesFilter, span
from kpis.serializers import (
    CountsOutput,
    KpiDetailOutput,
    KpiOutput,
    MeasurementsInput,
    MetricInput,
    MetricOutput,
    SeriesOutput,
    measurement_rows,
)
from people.access import acting, idempotent
from people.choices import Scope

SERIES_PARAMETERS = [
    OpenApiParameter("grain", str, enum=Grain.values, description="`day` unless told."),
    OpenApiParameter("from", OpenApiTypes.DATE, description="A local day; its whole period is included."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="A local day, today unless told."),
    OpenApiParameter("team", OpenApiTypes.INT64, description="Only facts of this team."),
]


class KpiCollection(APIView):
    """All KPIs of the organization."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_list", responses=KpiOutput(many=True))
    def get(self, request: Request) -> Response:
        """Every KPI with its value over the last 28 complete days, in the organization's order."""
        return Response(KpiOutput(selectors.cards(acting(request)), many=True).data)


class KpiResource(APIView):
    """One KPI."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_read", responses=KpiDetailOutput)
    def get(self, request: Request, key: str) -> Response:
        """The KPI, its value over the last 28 complete days, and how it is computed."""
        card, defined = selectors.kpi_card(acting(request), key)
        return Response(KpiDetailOutput({**asdict(card), "definition": defined}).data)


class KpiSeries(APIView):
    """The values of one KPI."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="kpis_series", parameters=SERIES_PARAMETERS, responses=SeriesOutput)
    def get(self, request: Request, key: str) -> HttpResponse:
        """The KPI by day, week or month; 304 where no cell of it has changed since your ETag."""
        actor = acting(request)
        given = read_query(request, SeriesFilter)
        grain = Grain(given["grain"] or Grain.DAY)
        first_on, last_on = span(given, grain, selectors.today(actor.organization))
        asked = selectors.series_request(actor, key, grain, first_on, last_on, team_id=given["team"])
        unchanged = not_modified(request, asked.etag)
        if unchanged is not None:
            return unchanged
        return with_etag(Response(SeriesOutput(selectors.read_series(asked)).data), asked.etag)


class MetricCollection(APIView):
    """All metrics of the organization."""

    scopes = {"GET": Scope.KPIS_READ, "POST": Scope.MEASUREMENTS_WRITE}

    @extend_schema(operation_id="metrics_list", responses=MetricOutput(many=True))
    def get(self, request: Request) -> Response:
        """Every metric, by key."""
        return Response(MetricOutput(selectors.metrics(acting(request)), many=True).data)

    @extend_schema(operation_id="metrics_create", request=MetricInput, responses={201: MetricOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a metric to push measurements to."""
        given = MetricInput(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        metric = services.create_metric(by=acting(request), **{**fields, "unit": Unit(fields["unit"])})
        return Response(MetricOutput(metric).data, status=201)


class Measurements(APIView):
    """The measurements of one metric."""

    scopes = {"POST": Scope.MEASUREMENTS_WRITE}

    @extend_schema(operation_id="measurements_push", request=MeasurementsInput, responses=CountsOutput)
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Push 1 to 10,000 measurements: all or none. A source key sent again replaces, a null value retracts."""
        rows = measurement_rows(request.data)
        counts = services.ingest_measurements(acting(request), key, rows)
        return Response(CountsOutput(counts).data)
