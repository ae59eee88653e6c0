"""Every address of the REST API."""

from django.urls import include, path

from opsteam import schema

urlpatterns = [
    path("schema/", schema.schema, name="api-schema"),
    path("docs/", schema.docs, name="api-docs"),
    path("v1/", include("people.api_urls")),
    path("v1/", include("activity.api_urls")),
    path("v1/", include("kpis.api_urls")),
    path("v1/", include("goals.api_urls")),
    path("v1/", include("tasks.api_urls")),
    path("v1/", include("feedback.api_urls")),
    path("v1/", include("notifications.api_urls")),
    path("v1/", include("home.api_urls")),
    path("v1/", include("imports.api_urls")),
]
