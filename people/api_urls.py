"""Addresses of the people resources below /api/v1/."""

from django.urls import path

from people import api

app_name = "people-api"
urlpatterns = [path("me/", api.Me.as_view(), name="me")]
