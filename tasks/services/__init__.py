"""Every write of the tasks app."""

from tasks.services.calendar import rebuild_on_time, sweep_on_time
from tasks.services.changing import TaskChanges, change_status, edit_task, undo_status_change
from tasks.services.changing_many import Chosen, Outcome, change_many, undo_many
from tasks.services.creating import create_task
from tasks.services.deleting import delete_task, take_back_tasks
from tasks.services.importing import ImportCounts, TaskRow, import_tasks
from tasks.services.planning import plan_task, restore_plan
from tasks.services.projects import create_project, delete_project, edit_project
from tasks.services.quick_adding import quick_add
from tasks.services.signals import open_task_for_signal
from tasks.services.steps import (
    add_steps,
    change_step,
    check_step,
    edit_step,
    move_step_up,
    remove_step,
)
from tasks.services.timing import log_time, remove_time, start_timer, stop_timer
from tasks.services.workdays import remove_special_day, set_special_day, set_work_calendar

__all__ = [
    "Chosen",
    "ImportCounts",
    "Outcome",
    "TaskChanges",
    "TaskRow",
    "add_steps",
    "change_many",
    "change_status",
    "change_step",
    "check_step",
    "create_project",
    "create_task",
    "delete_project",
    "delete_task",
    "edit_project",
    "edit_step",
    "edit_task",
    "import_tasks",
    "log_time",
    "move_step_up",
    "open_task_for_signal",
    "plan_task",
    "quick_add",
    "rebuild_on_time",
    "remove_special_day",
    "remove_step",
    "remove_time",
    "restore_plan",
    "set_special_day",
    "set_work_calendar",
    "start_timer",
    "stop_timer",
    "sweep_on_time",
    "take_back_tasks",
    "undo_many",
    "undo_status_change",
]
