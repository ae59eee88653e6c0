"""One task: its page, and the forms that make and change it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from activity.selectors import last_change
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.htmx import render_page
from people.access import MemberRequest, signed_in
from tasks import selectors, services
from tasks.forms import StepsForm, TaskForm, TimeForm
from tasks.models import Task
from tasks.permissions import can_change_task, can_create_task
from tasks.views.rows import row_context

ENTRIES = 10


@signed_in
@require_safe
def task_detail(request: MemberRequest, task_id: int) -> HttpResponse:
    """One task with its facts, steps, time, history and what it is linked to."""
    return detail_page(request, task_id)


def detail_page(
    request: MemberRequest,
    task_id: int,
    *,
    status: int = 200,
    steps_form: StepsForm | None = None,
    time_form: TimeForm | None = None,
) -> HttpResponse:
    """The page of a task, with a form of it that was refused."""
    actor = request.membership
    shown = selectors.task_detail(actor, task_id)
    rows = row_context(request)
    context = {
        "task": shown.task,
        "history": shown.history,
        "feedback_links": shown.feedback_links,
        "steps": shown.steps,
        "steps_form": steps_form or StepsForm(),
        "time": selectors.time_spent(actor, task_id),
        "entries": list(selectors.time_entries(actor).filter(task=task_id)[:ENTRIES]),
        "time_form": time_form or TimeForm(initial={"on": rows["today"]}),
        **rows,
        "can_edit": can_change_task(actor, shown.task),
    }
    return render_page(request, "tasks/detail.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """A new task; `?goal=` and `?assignee=` fill the form in."""
    if not can_create_task(request.membership):
        raise NotAllowed
    if request.method == "GET":
        prefilled = {name: request.GET[name] for name in ("goal", "assignee", "title") if name in request.GET}
        return _form_page(request, TaskForm(actor=request.membership, initial=prefilled))
    form = TaskForm(request.POST, actor=request.membership)
    if form.is_valid():
        try:
            task = services.create_task(by=request.membership, **form.values())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Task created."))
            return redirect("tasks:detail", task.pk)
    return _form_page(request, form, status=400)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, task_id: int) -> HttpResponse:
    """Edit a task; where somebody was faster, the form comes back with what was typed and what differs."""
    task = selectors.get_task(request.membership, task_id)
    if not can_change_task(request.membership, task):
        raise NotAllowed
    if request.method == "GET":
        return _form_page(request, TaskForm(actor=request.membership, task=task), task=task)
    form = TaskForm(request.POST, actor=request.membership, task=task)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_task(by=request.membership, task_id=task_id, version=version, **form.values())
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            return _stale_form(request, form, task)
        else:
            messages.success(request, _("Task saved."))
            return redirect("tasks:detail", task_id)
    return _form_page(request, form, task=task, status=400)


def _form_page(
    request: MemberRequest, form: TaskForm, *, task: Task | None = None, status: int = 200, **context: Any
) -> HttpResponse:
    context = {"form": form, "task": task, **context}
    return render_page(request, "tasks/form.html", context, status=status)


def _stale_form(request: MemberRequest, form: TaskForm, stored: Task) -> HttpResponse:
    form.take_version(stored.version)
    return _form_page(
        request,
        form,
        task=stored,
        status=409,
        differences=form.merge(),
        last_change=last_change(stored),
    )
