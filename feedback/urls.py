"""Addresses of the feedback pages."""

from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("", views.item_list, name="list"),
    path("new/", views.create, name="create"),
    path("responses/<int:response_id>/", views.response, name="response"),
    path("invitations/<int:invitation_id>/", views.invitation, name="invitation"),
    path("<int:item_id>/", views.item_detail, name="detail"),
    path("<int:item_id>/edit/", views.edit, name="edit"),
    path("<int:item_id>/replies/", views.reply, name="reply"),
    path("<int:item_id>/status/", views.status, name="status"),
    path("<int:item_id>/tasks/", views.open_task, name="open-task"),
]
