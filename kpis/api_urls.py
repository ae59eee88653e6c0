"""Addresses of the kpis resources below /api/v1/."""

from django.urls import path

from kpis import api

app_name = "kpis-api"
urlpatterns = [
    path("kpis/", api.KpiCollection.as_view(), name="list"),
    path("kpis/<str:key>/", api.KpiResource.as_view(), name="detail"),
    path("kpis/<str:key>/series/", api.KpiSeries.as_view(), name="series"),
    path("metrics/", api.MetricCollection.as_view(), name="metrics"),
    path("metrics/<str:key>/measurements/", api.Measurements.as_view(), name="measurements"),
]
