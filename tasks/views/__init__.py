"""The pages of tasks."""

from tasks.views.lists import task_list
from tasks.views.many import change_many
from tasks.views.moving import plan, status
from tasks.views.pages import create, edit, task_detail
from tasks.views.quick import quick_add
from tasks.views.steps import step, steps
from tasks.views.timing import remove_time, time_entries, timer

__all__ = [
    "change_many",
    "create",
    "edit",
    "plan",
    "quick_add",
    "remove_time",
    "status",
    "step",
    "steps",
    "task_detail",
    "task_list",
    "time_entries",
    "timer",
]
