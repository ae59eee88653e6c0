"""The REST doors to tasks and projects."""

from tasks.api.projects import ProjectCollection, ProjectResource
from tasks.api.tasks import SignalTasks, TaskBulk, TaskCollection, TaskResource

__all__ = [
    "ProjectCollection",
    "ProjectResource",
    "SignalTasks",
    "TaskBulk",
    "TaskCollection",
    "TaskResource",
]
