"""The REST door to a KPI's forecast."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from common.api.query import read_query
from common.api.resources import answer_with_digest
from kpis.choices import Grain
from kpis.filters import ForecastFilter
from kpis.selectors.forecasts import kpi_forecast
from kpis.serializers import ForecastOutput
from people.access import acting
from people.choices import Scope

GRAINS = [Grain.DAY, Grain.WEEK, Grain.MONTH]


class KpiForecasts(APIView):
    """What one KPI will probably be."""

    scopes = {"GET": Scope.KPIS_READ}

    @extend_schema(
        operation_id="kpis_forecast",
        parameters=[
            OpenApiParameter(
                "grain", str, enum=[grain.value for grain in GRAINS], description="`week` unless told."
            )
        ],
        responses=ForecastOutput,
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        """The next periods of the KPI with their intervals; none where nothing better than the naive is known."""
        given = read_query(request, ForecastFilter)
        found = kpi_forecast(acting(request), key, Grain(given["grain"] or Grain.WEEK))
        return answer_with_digest(request, ForecastOutput(found).data)
