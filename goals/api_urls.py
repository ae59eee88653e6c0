"""Addresses of the goals resources below /api/v1/."""

from django.urls import URLPattern

app_name = "goals-api"
urlpatterns: list[URLPattern] = []
