"""What every page with rows of tasks needs, and the way back after something was done in one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from common.addresses import own_address
from people.access import MemberRequest
from tasks.choices import Priority, Status
from tasks.permissions import can_change_projects, can_complete_tasks, can_create_task

UNDO_KEY = "tasks.undo"


def row_context(request: MemberRequest, *, whole: str = "") -> dict[str, Any]:
    """For rows of tasks, and what can be undone; `whole` is the element that changes with each of them."""
    undo = request.session.pop(UNDO_KEY, None)
    now = timezone.localtime(timezone=request.membership.organization.zone)
    return {
        "today": now.date(),
        "clock": now.time(),
        "statuses": [(value, str(label)) for value, label in Status.choices],
        "urgent": Priority.URGENT,
        "normal": Priority.NORMAL,
        "can_change": can_complete_tasks(request.membership),
        "can_create": can_create_task(request.membership),
        "can_edit": can_change_projects(request.membership),
        "undo": {**undo, "row": whole, "swap": "outerSync", "whole": True} if undo and whole else undo,
        "here": request.get_full_path(),
    }


def back(request: MemberRequest, *, task_id: int | None = None) -> HttpResponse:
    """To the page that the form names in `next`, else to the task's or to the list."""
    otherwise = reverse("tasks:detail", args=[task_id]) if task_id else reverse("tasks:list")
    return redirect(own_address(request.POST.get("next", ""), otherwise))
