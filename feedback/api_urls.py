"""Addresses of the feedback resources below /api/v1/."""

from django.urls import path

from feedback import api

app_name = "feedback-api"
urlpatterns = [
    path("feedback/", api.FeedbackCollection.as_view(), name="list"),
    path("feedback/bulk/", api.FeedbackBulk.as_view(), name="bulk"),
    path("feedback/<int:item_id>/", api.FeedbackResource.as_view(), name="detail"),
    path("feedback/<int:item_id>/replies/", api.ReplyCollection.as_view(), name="replies"),
    path("feedback/<int:item_id>/replies/<int:reply_id>/", api.ReplyResource.as_view(), name="reply"),
    path("feedback/<int:item_id>/tasks/", api.ItemTasks.as_view(), name="tasks"),
    path("customers/", api.CustomerCollection.as_view(), name="customers"),
    path("customers/<int:customer_id>/", api.CustomerResource.as_view(), name="customer"),
    path("themes/", api.ThemeCollection.as_view(), name="themes"),
    path("themes/<int:theme_id>/", api.ThemeResource.as_view(), name="theme"),
    path("surveys/", api.SurveyCollection.as_view(), name="surveys"),
    path("surveys/<int:survey_id>/", api.SurveyResource.as_view(), name="survey"),
    path("responses/", api.ResponseCollection.as_view(), name="responses"),
    path("responses/<int:response_id>/", api.ResponseResource.as_view(), name="response"),
    path("invitations/", api.InvitationCollection.as_view(), name="invitations"),
    path("invitations/<int:invitation_id>/", api.InvitationResource.as_view(), name="invitation"),
]
