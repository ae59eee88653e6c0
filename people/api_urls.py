"""Addresses of the people resources below /api/v1/."""

from django.urls import URLPattern

app_name = "people-api"
urlpatterns: list[URLPattern] = []
