"""Addresses of the goals pages."""

from django.urls import path

from goals import views

app_name = "goals"
urlpatterns = [
    path("", views.goal_list, name="list"),
    path("new/", views.create, name="create"),
    path("<int:goal_id>/", views.goal_detail, name="detail"),
    path("<int:goal_id>/edit/", views.edit, name="edit"),
    path("<int:goal_id>/check-ins/", views.check_in, name="check-in"),
    path("<int:goal_id>/closure/", views.close, name="close"),
    path("<int:goal_id>/reopening/", views.reopen, name="reopen"),
]
