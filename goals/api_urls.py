"""Addresses of the goals resources below /api/v1/."""

from django.urls import path

from goals.api import GoalCollection, GoalResource

app_name = "goals-api"
urlpatterns = [
    path("goals/", GoalCollection.as_view(), name="list"),
    path("goals/<int:goal_id>/", GoalResource.as_view(), name="detail"),
]
