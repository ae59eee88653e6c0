"""Addresses of the feedback resources below /api/v1/."""

from django.urls import path

from feedback.api import FeedbackCollection, FeedbackResource, ReplyCollection

app_name = "feedback-api"
urlpatterns = [
    path("feedback/", FeedbackCollection.as_view(), name="list"),
    path("feedback/<int:item_id>/", FeedbackResource.as_view(), name="detail"),
    path("feedback/<int:item_id>/replies/", ReplyCollection.as_view(), name="replies"),
]
