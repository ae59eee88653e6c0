"""Addresses of the tasks resources below /api/v1/."""

from django.urls import URLPattern

app_name = "tasks-api"
urlpatterns: list[URLPattern] = []
