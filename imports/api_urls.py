"""Addresses of the imports resources below /api/v1/."""

from django.urls import path

from imports import api

app_name = "imports-api"
urlpatterns = [
    path("imports/", api.ImportCollection.as_view(), name="list"),
    path("imports/<int:import_id>/", api.ImportResource.as_view(), name="detail"),
    path("imports/<int:import_id>/check/", api.ImportCheck.as_view(), name="check"),
    path("imports/<int:import_id>/storing/", api.ImportStoring.as_view(), name="storing"),
    path("imports/<int:import_id>/cancellation/", api.ImportCancellation.as_view(), name="cancellation"),
    path("imports/<int:import_id>/report/", api.ImportReport.as_view(), name="report"),
]
