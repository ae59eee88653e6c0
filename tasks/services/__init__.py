"""Every write of the tasks app."""

from tasks.services.calendar import rebuild_on_time, sweep_on_time
from tasks.services.changing import TaskChanges, change_status, edit_task, undo_status_change
from tasks.services.creating import create_task
from tasks.services.deleting import delete_task
from tasks.services.importing import ImportCounts, TaskRow, import_tasks
from tasks.services.projects import create_project, delete_project, edit_project
from tasks.services.signals import open_task_for_signal
from tasks.services.workdays import remove_special_day, set_special_day, set_work_calendar

__all__ = [
    "ImportCounts",
    "TaskChanges",
    "TaskRow",
    "change_status",
    "create_project",
    "create_task",
    "delete_project",
    "delete_task",
    "edit_project",
    "edit_task",
    "import_tasks",
    "open_task_for_signal",
    "rebuild_on_time",
    "remove_special_day",
    "set_special_day",
    "set_work_calendar",
    "sweep_on_time",
    "undo_status_change",
]
