"""What stands in every row of tasks, said in code: long lists spend most of their time on it."""

from datetime import date, time
from typing import Final

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.ui import day, icon, status_form
from tasks.choices import Priority
from tasks.models import Task

register = template.Library()

_PICK: Final = '<input type="checkbox" name="task" value="{}:{}" form="many" aria-label="{}">'
_CLOSED: Final = '<span class="small muted nowrap">{} {}</span>'
_DAY: Final = '<span class="small nowrap{}"{}>{} {}{}</span>'
_LATE: Final = SafeString(' data-tone="bad"')
_NOW: Final = SafeString(' data-tone="warn"')
_PRIORITIES: Final = dict(Priority.choices)


@register.simple_tag
def pick(task: Task) -> SafeString:
    """The box that chooses a task among the rows; it belongs to the form `many`."""
    return format_html(_PICK, task.pk, task.version, _("Choose %(title)s") % {"title": task.title})


@register.simple_tag(takes_context=True)
def task_status(context: Context, task: Task, target: str = "", beside: str = "") -> SafeString:
    """The task's status to choose anew; it changes its own row, or `target` with all that is in it."""
    whole = {"target": target, "swap": "outerSync"} if target else {}
    return status_form(
        context,
        task,
        reverse("tasks:status", args=[task.pk]),
        _("Status of %(title)s") % {"title": task.title},
        is_task=True,
        place="task",
        beside="whole" if target else beside,
        **whole,
    )


@register.filter
def priority(value: int) -> str:
    """The priority in the reader's words."""
    return str(_PRIORITIES[value])


@register.filter
def minutes(value: int) -> str:
    """So many minutes, in the reader's words."""
    return _("%(minutes)s min") % {"minutes": value}


@register.simple_tag(takes_context=True)
def due(context: Context, task: Task) -> SafeString:
    """When the task was closed, or else is due: late in red, today in amber."""
    if task.closed_at:
        return format_html(_CLOSED, icon("check"), day(timezone.localtime(task.closed_at)))
    if task.due_on is None:
        return SafeString("")
    return _due_day(task.due_on, task.due_time, context["today"], context.get("clock"))


def _due_day(on: date, at: time | None, today: date, clock: time | None) -> SafeString:
    told_on = day(on, "MONTH_DAY_FORMAT" if on.year == today.year else "DATE_FORMAT")
    if on < today:
        word = format_html('<span class="due-word">{} · </span>', _("Overdue"))
        return format_html(_DAY, " tone-text", _LATE, icon("clock"), word, told_on)
    told = f" {at:%H:%M}" if at else ""
    if on > today:
        return format_html(_DAY, "", "", icon("calendar"), told_on, told)
    is_late = at is not None and clock is not None and at < clock
    looks = (" tone-text", _LATE) if is_late else ("", _NOW)
    return format_html(_DAY, *looks, icon("calendar"), _("Today"), told)
