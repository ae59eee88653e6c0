"""Addresses of the tasks resources below /api/v1/."""

from django.urls import path

from tasks.api import SignalTasks, TaskCollection, TaskResource

app_name = "tasks-api"
urlpatterns = [
    path("tasks/", TaskCollection.as_view(), name="list"),
    path("tasks/<int:task_id>/", TaskResource.as_view(), name="detail"),
    path("signals/<int:signal_id>/tasks/", SignalTasks.as_view(), name="of-signal"),
]
