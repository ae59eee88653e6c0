"""Moving a task on: its status, and the day it is planned for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import InvalidInput, StaleVersion
from common.htmx import render_page
from people.access import MemberRequest, signed_in
from tasks import selectors, services
from tasks.forms import PlanForm, StatusForm
from tasks.models import Task
from tasks.views.rows import UNDO_KEY, back, row_context


@signed_in
@require_POST
def status(request: MemberRequest, task_id: int) -> HttpResponse:
    """Change a task's status, or undo the change; answers with the row, or leads back to the `whole` page."""
    wanted = _read(StatusForm(request.POST))
    before = selectors.get_task(request.membership, task_id)
    version = wanted["version"]
    try:
        if wanted["undo"]:
            task = services.undo_status_change(by=request.membership, task_id=task_id, version=version or 0)
        else:
            task = services.change_status(
                by=request.membership, task_id=task_id, status=wanted["status"], version=version
            )
    except StaleVersion as refused:
        messages.error(request, str(refused.detail))
        return _answer(request, task_id, wanted, answer=412)
    if task.version != before.version:
        _tell(request, task, task.get_status_display())
    undo = None
    if not wanted["undo"] and task.status != before.status:
        undo = {"url": request.path, "status": before.status, "version": task.version}
    return _answer(request, task_id, wanted, undo=undo)


@signed_in
@require_POST
def plan(request: MemberRequest, task_id: int) -> HttpResponse:
    """Mean to do a task today, this week or later, or wait for somebody; or undo that. Leads back."""
    wanted = _read(PlanForm(request.POST))
    before = selectors.get_task(request.membership, task_id)
    try:
        if wanted["undo"]:
            task = services.restore_plan(
                by=request.membership,
                task_id=task_id,
                version=wanted["version"] or 0,
                status=wanted["status"] or before.status,
                due_on=wanted["due_on"],
                due_time=wanted["due_time"],
            )
        else:
            task = services.plan_task(
                by=request.membership, task_id=task_id, when=wanted["when"], version=wanted["version"]
            )
    except StaleVersion as refused:
        messages.error(request, str(refused.detail))
        return back(request, task_id=task_id)
    if task.version != before.version:
        moved = task.due_on != before.due_on
        _tell(request, task, _day_of(task) if moved else task.get_status_display())
        if not wanted["undo"]:
            request.session[UNDO_KEY] = {
                "url": request.path,
                "status": before.status,
                "version": task.version,
                "due_on": before.due_on.isoformat() if before.due_on else "",
                "due_time": before.due_time.isoformat() if before.due_time else "",
            }
    return back(request, task_id=task_id)


def _read(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        raise InvalidInput({name: [str(each) for each in wrong] for name, wrong in form.errors.items()})
    wanted: dict[str, Any] = form.cleaned_data
    return wanted


def _tell(request: MemberRequest, task: Task, now: str) -> None:
    messages.success(request, _("“%(title)s”: %(status)s") % {"title": task.title, "status": now})


def _day_of(task: Task) -> str:
    return date_format(task.due_on, "DATE_FORMAT") if task.due_on else _("No due day")


def _answer(
    request: MemberRequest,
    task_id: int,
    wanted: dict[str, Any],
    *,
    undo: dict[str, Any] | None = None,
    answer: int = 200,
) -> HttpResponse:
    if request.htmx and not wanted["whole"]:
        task = selectors.get_task(request.membership, task_id)
        undo = {**undo, "row": f"task-{task_id}"} if undo else None
        here = request.POST.get("next", "")
        shown = {"task": task, "undo": undo, "here": here, "can_pick": wanted["pick"]}
        context = {**row_context(request), **shown}
        return render_page(request, "tasks/changed_row.html", context, status=answer)
    if undo:
        request.session[UNDO_KEY] = undo
    return back(request, task_id=task_id)
