"""Addresses of the pages through which rows come in."""

from django.urls import path

from imports import views

app_name = "imports"
urlpatterns = [
    path("tasks/import/", views.take_tasks, name="tasks"),
    path("feedback/import/", views.take_feedback, name="feedback"),
    path("imports/<int:import_id>/", views.detail, name="detail"),
    path("imports/<int:import_id>/check/", views.check, name="check"),
    path("imports/<int:import_id>/storing/", views.store, name="store"),
    path("imports/<int:import_id>/cancellation/", views.cancel, name="cancel"),
    path("imports/<int:import_id>/report/", views.report, name="report"),
    path("samples/", views.samples, name="samples"),
    path("samples/loading/", views.load_samples, name="load-samples"),
    path("samples/removal/", views.remove_samples, name="remove-samples"),
]
