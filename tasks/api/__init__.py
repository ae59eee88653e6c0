"""The REST doors to tasks and projects."""

from tasks.api.calendar import CalendarResource, SpecialDayCollection, SpecialDayResource, WorkingDays
from tasks.api.projects import ProjectCollection, ProjectResource
from tasks.api.steps import StepCollection, StepResource
from tasks.api.tasks import SignalTasks, TaskBulk, TaskCollection, TaskResource
from tasks.api.timing import TimeCollection, Timer, TimeResource

__all__ = [
    "CalendarResource",
    "ProjectCollection",
    "ProjectResource",
    "SignalTasks",
    "SpecialDayCollection",
    "SpecialDayResource",
    "StepCollection",
    "StepResource",
    "TaskBulk",
    "TaskCollection",
    "TaskResource",
    "TimeCollection",
    "TimeResource",
    "Timer",
    "WorkingDays",
]
