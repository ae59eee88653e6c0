"""Addresses of the kpis resources below /api/v1/."""

from django.urls import URLPattern

app_name = "kpis-api"
urlpatterns: list[URLPattern] = []
