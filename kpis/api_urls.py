"""Addresses of the kpis resources below /api/v1/."""

from django.urls import path

from kpis import api

app_name = "kpis-api"
urlpatterns = [
    path("kpis/", api.KpiCollection.as_view(), name="list"),
    path("kpis/<str:key>/", api.KpiResource.as_view(), name="detail"),
    path("kpis/<str:key>/archival/", api.KpiArchival.as_view(), name="archival"),
    path("kpis/<str:key>/definitions/", api.KpiDefinitions.as_view(), name="definitions"),
    path("kpis/<str:key>/definitions/<int:number>/", api.KpiDefinitionResource.as_view(), name="definition"),
    path("kpis/<str:key>/targets/", api.KpiTargets.as_view(), name="targets"),
    path("kpis/<str:key>/targets/<int:target_id>/", api.KpiTargetResource.as_view(), name="target"),
    path("kpis/<str:key>/series/", api.KpiSeries.as_view(), name="series"),
    path("kpis/<str:key>/breakdown/", api.KpiBreakdown.as_view(), name="breakdown"),
    path("kpis/<str:key>/forecast/", api.KpiForecasts.as_view(), name="forecast"),
    path("kpis/<str:key>/restatements/", api.KpiRestatements.as_view(), name="restatements"),
    path("kpis/<str:key>/verify/", api.KpiVerification.as_view(), name="verify"),
    path("kpis/<str:key>/rows/", api.KpiRows.as_view(), name="rows"),
    path("kpis/<str:key>/notes/", api.KpiNotes.as_view(), name="notes"),
    path("kpis/<str:key>/notes/<int:note_id>/", api.KpiNoteResource.as_view(), name="note"),
    path("changes/", api.Changes.as_view(), name="changes"),
    path("signals/", api.SignalCollection.as_view(), name="signals"),
    path("signals/<int:signal_id>/", api.SignalResource.as_view(), name="signal"),
    path(
        "signals/<int:signal_id>/acknowledgement/",
        api.SignalAcknowledgement.as_view(),
        name="acknowledge-signal",
    ),
    path("signals/<int:signal_id>/closure/", api.SignalClosure.as_view(), name="close-signal"),
    path("metrics/", api.MetricCollection.as_view(), name="metrics"),
    path("metrics/<str:key>/", api.MetricResource.as_view(), name="metric"),
    path("metrics/<str:key>/measurements/", api.Measurements.as_view(), name="measurements"),
]
