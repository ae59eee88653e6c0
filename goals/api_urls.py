"""Addresses of the goals resources below /api/v1/."""

from django.urls import path

from goals import api

app_name = "goals-api"
urlpatterns = [
    path("goals/", api.GoalCollection.as_view(), name="list"),
    path("goals/<int:goal_id>/", api.GoalResource.as_view(), name="detail"),
    path("goals/<int:goal_id>/closure/", api.GoalClosure.as_view(), name="closure"),
    path("goals/<int:goal_id>/check-ins/", api.CheckInCollection.as_view(), name="check-ins"),
    path("goals/<int:goal_id>/check-ins/<int:check_in_id>/", api.CheckInResource.as_view(), name="check-in"),
]
