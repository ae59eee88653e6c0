"""The REST doors to metrics and their measurements."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.inputs import read_body
from common.api.resources import answer_alone, new_row
from kpis import selectors, services
from kpis.choices import Unit
from kpis.serializers import CountsOutput, MeasurementsInput, MetricInput, MetricOutput, measurement_rows
from people.access import acting, idempotent
from people.choices import Scope


class MetricCollection(APIView):
    """All metrics of the organization."""

    scopes = {"GET": Scope.KPIS_READ, "POST": Scope.MEASUREMENTS_WRITE}

    @extend_schema(operation_id="metrics_list", responses=MetricOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """Every metric, by key."""
        return answer_alone(request, MetricOutput(selectors.metrics(acting(request)), many=True).data)

    @extend_schema(operation_id="metrics_create", request=MetricInput, responses={201: MetricOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a metric to push measurements to."""
        fields = read_body(MetricInput, request)
        metric = services.create_metric(by=acting(request), **{**fields, "unit": Unit(fields["unit"])})
        return new_row(MetricOutput(metric), "kpis-api:metric", metric.key)


class MetricResource(APIView):
    """One metric."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(operation_id="metrics_read", responses=MetricOutput)
    def get(self, request: Request, key: str) -> HttpResponse:
        """Read a metric."""
        return answer_alone(request, MetricOutput(selectors.get_metric(acting(request), key)).data)


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
