"""The pages of tasks."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.addresses import own_address
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.htmx import push_address, render_page
from common.narrowing import ready_made, said
from common.paging import page_of
from people.access import MemberRequest, signed_in
from tasks import selectors, services
from tasks.choices import Priority, Status
from tasks.filters import TaskPageFilter, page_defaults
from tasks.forms import StatusForm, TaskForm
from tasks.models import Task
from tasks.permissions import can_change_task, can_complete_tasks, can_create_task

MORE_FILTERS = ("status", "priority", "team", "project", "due_after", "due_before")
UNDO_KEY = "tasks.undo"


@signed_in
@require_safe
def task_list(request: MemberRequest) -> HttpResponse:
    """The organization's tasks, narrowed by the address."""
    narrowed = TaskPageFilter(request.GET, queryset=selectors.task_list(request.membership), request=request)
    query = said(request.GET, page_defaults(request.GET))
    page = page_of(request, narrowed.qs, query)
    context = {
        "filter": narrowed,
        "tasks": page.rows,
        "views": _views(query),
        "has_more": any(name in query for name in MORE_FILTERS),
        "is_filtered": any(name in query for name in narrowed.filters),
        **page.links,
        **_row_context(request),
    }
    return push_address(request, render_page(request, "tasks/list.html", context, partial="rows"), query)


@signed_in
@require_safe
def task_detail(request: MemberRequest, task_id: int) -> HttpResponse:
    """One task with its facts, its history and what it is linked to."""
    shown = selectors.task_detail(request.membership, task_id)
    context = {
        "task": shown.task,
        "history": shown.history,
        "feedback_links": shown.feedback_links,
        **_row_context(request),
        "can_edit": can_change_task(request.membership, shown.task),
    }
    return render_page(request, "tasks/detail.html", context)


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


@signed_in
@require_POST
def status(request: MemberRequest, task_id: int) -> HttpResponse:
    """Change a task's status, or undo the change; answers with the row, or leads back."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(each) for each in wrong] for name, wrong in form.errors.items()})
    wanted = form.cleaned_data
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
        return _after_status(request, task_id, wanted["next"], answer=412)
    if task.version != before.version:
        text = _("“%(title)s”: %(status)s") % {"title": task.title, "status": task.get_status_display()}
        messages.success(request, text)
    undo = None
    if not wanted["undo"] and task.status != before.status:
        undo = {
            "url": request.path,
            "row": f"task-{task.pk}",
            "status": before.status,
            "version": task.version,
        }
    return _after_status(request, task_id, wanted["next"], undo=undo)


def _after_status(
    request: MemberRequest,
    task_id: int,
    next_url: str,
    *,
    undo: dict[str, Any] | None = None,
    answer: int = 200,
) -> HttpResponse:
    if request.htmx:
        task = selectors.get_task(request.membership, task_id)
        context = {"task": task, **_row_context(request), "undo": undo, "here": next_url}
        return render_page(request, "tasks/changed_row.html", context, status=answer)
    if undo:
        request.session[UNDO_KEY] = undo
    return redirect(own_address(next_url, reverse("tasks:detail", args=[task_id])))


def _row_context(request: MemberRequest) -> dict[str, Any]:
    return {
        "today": selectors.local_day(request.membership),
        "statuses": Status.choices,
        "urgent": Priority.URGENT,
        "normal": Priority.NORMAL,
        "can_change": can_complete_tasks(request.membership),
        "can_create": can_create_task(request.membership),
        "undo": None if request.htmx else request.session.pop(UNDO_KEY, None),
        "here": request.get_full_path(),
    }


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
        differences=form.differences(),
        last_change=selectors.last_change(request.membership, stored.pk),
    )


def _views(query: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Ready-made filters: their address, label, and whether the reader is looking at one."""
    offered = [
        ("", pgettext("tasks", "Open")),
        ("assignee=me", _("Mine")),
        ("overdue=true", _("Overdue")),
        ("state=closed&order=newest", _("Closed")),
    ]
    return ready_made(reverse("tasks:list"), query, offered)
