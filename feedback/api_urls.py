"""Addresses of the feedback resources below /api/v1/."""

from django.urls import URLPattern

app_name = "feedback-api"
urlpatterns: list[URLPattern] = []
