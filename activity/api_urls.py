"""Addresses of the activity resources below /api/v1/."""

from django.urls import path

from activity.api import EventCollection

app_name = "activity-api"
urlpatterns = [path("events/", EventCollection.as_view(), name="list")]
