"""Addresses of the kpis pages."""

from django.urls import URLPattern

app_name = "kpis"
urlpatterns: list[URLPattern] = []
