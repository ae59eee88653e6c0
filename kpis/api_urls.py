"""Addresses of the kpis resources below /api/v1/; a missing slash at the end is forgiven."""

from django.urls import path, re_path

from kpis import api
from kpis.serializers import METRIC_KEY

app_name = "kpis-api"
urlpatterns = [
    path("kpis/", api.KpiCollection.as_view(), name="list"),
    re_path(rf"^kpis/(?P<key>{METRIC_KEY})/?$", api.KpiResource.as_view(), name="detail"),
    re_path(rf"^kpis/(?P<key>{METRIC_KEY})/series/?$", api.KpiSeries.as_view(), name="series"),
    path("metrics/", api.MetricCollection.as_view(), name="metrics"),
    re_path(
        rf"^metrics/(?P<key>{METRIC_KEY})/measurements/?$", api.Measurements.as_view(), name="measurements"
    ),
]
