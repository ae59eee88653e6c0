"""Addresses of the tasks resources below /api/v1/."""

from django.urls import path

from tasks import api

app_name = "tasks-api"
urlpatterns = [
    path("tasks/", api.TaskCollection.as_view(), name="list"),
    path("tasks/bulk/", api.TaskBulk.as_view(), name="bulk"),
    path("tasks/<int:task_id>/", api.TaskResource.as_view(), name="detail"),
    path("signals/<int:signal_id>/tasks/", api.SignalTasks.as_view(), name="of-signal"),
    path("projects/", api.ProjectCollection.as_view(), name="projects"),
    path("projects/<int:project_id>/", api.ProjectResource.as_view(), name="project"),
]
