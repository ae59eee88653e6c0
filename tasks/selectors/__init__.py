"""Reads of the tasks app, shaped as the pages need them."""

from tasks.selectors.boards import Column, Day, Month, board, month_of
from tasks.selectors.lines import Line, read_line
from tasks.selectors.reading import (
    HistoryStep,
    TaskDetail,
    assignees,
    get_project,
    get_task,
    last_change,
    local_day,
    overdue_count,
    overdue_tasks,
    projects,
    steps_of,
    task_detail,
    task_list,
)
from tasks.selectors.timing import TimeSpent, running_entry, time_entries, time_spent

__all__ = [
    "Column",
    "Day",
    "HistoryStep",
    "Line",
    "Month",
    "TaskDetail",
    "TimeSpent",
    "assignees",
    "board",
    "get_project",
    "get_task",
    "last_change",
    "local_day",
    "month_of",
    "overdue_count",
    "overdue_tasks",
    "projects",
    "read_line",
    "running_entry",
    "steps_of",
    "task_detail",
    "task_list",
    "time_entries",
    "time_spent",
]
