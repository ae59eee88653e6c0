"""Addresses of the tasks pages."""

from django.urls import path

from tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.task_list, name="list"),
    path("new/", views.create, name="create"),
    path("changes/", views.change_many, name="change-many"),
    path("quick-add/", views.quick_add, name="quick-add"),
    path("<int:task_id>/", views.task_detail, name="detail"),
    path("<int:task_id>/edit/", views.edit, name="edit"),
    path("<int:task_id>/status/", views.status, name="status"),
    path("<int:task_id>/plan/", views.plan, name="plan"),
    path("<int:task_id>/steps/", views.steps, name="steps"),
    path("<int:task_id>/steps/<int:step_id>/", views.step, name="step"),
    path("<int:task_id>/timer/", views.timer, name="timer"),
    path("<int:task_id>/time/", views.time_entries, name="time"),
    path("<int:task_id>/time/<int:entry_id>/removal/", views.remove_time, name="remove-time"),
]
