"""Addresses of the tasks resources below /api/v1/."""

from django.urls import path

from tasks import api

app_name = "tasks-api"
urlpatterns = [
    path("tasks/", api.TaskCollection.as_view(), name="list"),
    path("tasks/bulk/", api.TaskBulk.as_view(), name="bulk"),
    path("tasks/<int:task_id>/", api.TaskResource.as_view(), name="detail"),
    path("tasks/<int:task_id>/steps/", api.StepCollection.as_view(), name="steps"),
    path("tasks/<int:task_id>/steps/<int:step_id>/", api.StepResource.as_view(), name="step"),
    path("tasks/<int:task_id>/time/", api.TimeCollection.as_view(), name="time"),
    path("tasks/<int:task_id>/time/<int:entry_id>/", api.TimeResource.as_view(), name="time-entry"),
    path("tasks/<int:task_id>/timer/", api.Timer.as_view(), name="timer"),
    path("signals/<int:signal_id>/tasks/", api.SignalTasks.as_view(), name="of-signal"),
    path("work-calendar/", api.CalendarResource.as_view(), name="calendar"),
    path("work-calendar/working-days/", api.WorkingDays.as_view(), name="working-days"),
    path("work-calendar/special-days/", api.SpecialDayCollection.as_view(), name="special-days"),
    path("work-calendar/special-days/<int:day_id>/", api.SpecialDayResource.as_view(), name="special-day"),
    path("projects/", api.ProjectCollection.as_view(), name="projects"),
    path("projects/<int:project_id>/", api.ProjectResource.as_view(), name="project"),
]
