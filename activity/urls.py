"""Addresses of the audit log."""

from django.urls import path

from activity import views

app_name = "activity"
urlpatterns = [
    path("settings/audit/", views.audit, name="audit"),
    path("settings/audit/events.csv", views.audit_csv, name="audit-csv"),
]
