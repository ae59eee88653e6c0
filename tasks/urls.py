"""Addresses of the tasks pages."""

from django.urls import URLPattern

app_name = "tasks"
urlpatterns: list[URLPattern] = []
