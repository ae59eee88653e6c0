"""Signals: what has left its limits, and what is decided about it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput
from common.htmx import render_page
from common.paging import page_of
from home.forms import CloseSignalForm, CommentForm, SignalFilter
from kpis import services
from kpis.models import Signal
from kpis.permissions import can_decide_on_signals
from kpis.selectors import get_signal, signals
from people.access import MemberRequest, signed_in
from tasks.forms import OpenTaskForm
from tasks.models import Task
from tasks.services import open_task_for_signal


@signed_in
@require_safe
def signal_list(request: MemberRequest) -> HttpResponse:
    """What has to be decided, newest first; closed ones on request."""
    form = SignalFilter(request.GET)
    asked = form.asked
    found = signals(
        request.membership,
        only_open=asked["state"] != "all",
        kpi_key=asked["kpi"],
        only_mine=asked["owner"] == "me",
    )
    page = page_of(request, found, {name: value for name, value in asked.items() if value})
    context = {
        "form": form,
        "signals": page.rows,
        "can_decide": can_decide_on_signals(request.membership),
        "is_filtered": any(asked.values()),
        **page.links,
    }
    return render_page(request, "home/signals/list.html", context, partial="rows")


@signed_in
@require_safe
def signal_detail(request: MemberRequest, signal_id: int) -> HttpResponse:
    """One signal with everything that was decided, and what can be."""
    return _page(request, get_signal(request.membership, signal_id))


@signed_in
@require_POST
def acknowledge_signal(request: MemberRequest, signal_id: int) -> HttpResponse:
    """The reader looks after it."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _page(request, get_signal(request.membership, signal_id), comment_form=form, status=422)
    services.acknowledge_signal(request.membership, signal_id=signal_id, comment=form.cleaned_data["comment"])
    messages.success(request, _("You look after this signal now."))
    return redirect("home:signals:detail", signal_id)


@signed_in
@require_POST
def open_task(request: MemberRequest, signal_id: int) -> HttpResponse:
    """A task that looks into it."""
    form = OpenTaskForm(request.POST, actor=request.membership)
    if form.is_valid():
        try:
            task = open_task_for_signal(by=request.membership, signal_id=signal_id, **form.values())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Task #%(number)s opened.") % {"number": task.pk})
            return redirect("home:signals:detail", signal_id)
    return _page(request, get_signal(request.membership, signal_id), task_form=form, status=422)


@signed_in
@require_POST
def close_signal(request: MemberRequest, signal_id: int) -> HttpResponse:
    """Closed for good, with a reason."""
    form = CloseSignalForm(request.POST)
    if form.is_valid():
        try:
            services.close_signal(request.membership, signal_id=signal_id, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The signal is closed."))
            return redirect("home:signals:list")
    return _page(request, get_signal(request.membership, signal_id), close_form=form, status=422)


def _page(request: MemberRequest, signal: Signal, *, status: int = 200, **forms: Any) -> HttpResponse:
    title = _("Look into %(kpi)s") % {"kpi": signal.kpi.name}
    context = {
        "signal": signal,
        "task": Task.objects.visible_to(request.membership).filter(pk=signal.task_id).first()
        if signal.task_id
        else None,
        "can_decide": can_decide_on_signals(request.membership),
        "comment_form": CommentForm(initial={"comment": signal.comment}),
        "task_form": OpenTaskForm(actor=request.membership, initial={"title": title}),
        "close_form": CloseSignalForm(),
        **forms,
    }
    return render_page(request, "home/signals/detail.html", context, status=status)
