"""The pages of feedback."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activity.selectors import last_change
from common.addresses import own_address
from common.errors import InvalidInput, NotAllowed, StaleVersion
from common.htmx import push_address, render_page
from common.narrowing import ready_made, said
from common.paging import page_of
from feedback import selectors, services
from feedback.choices import Status
from feedback.filters import ItemPageFilter, page_defaults
from feedback.forms import ItemForm, ReplyForm, StatusForm
from feedback.models import FeedbackItem
from feedback.permissions import can_answer_feedback, can_change_feedback, can_create_feedback
from people.access import MemberRequest, signed_in
from people.filters import EVERY_TEAM, shown_team, usual_team, with_team
from tasks.forms import OpenTaskForm
from tasks.permissions import can_create_task

UNDO_KEY = "feedback.undo"
MORE_FILTERS = ("status", "team", "channel", "opened_after", "opened_before", "order")


@signed_in
@require_safe
def item_list(request: MemberRequest) -> HttpResponse:
    """The organization's feedback, narrowed by the address; themes on the rise stand above it."""
    actor = request.membership
    asked, usual = with_team(request.GET, actor), usual_team(actor)
    narrowed = ItemPageFilter(asked, queryset=selectors.item_list(actor), request=request)
    defaults = page_defaults(asked)
    query = said(asked, {**defaults, "team": usual})
    page = page_of(request, narrowed.qs, query)
    trends = [] if request.htmx else selectors.theme_trend(actor)
    context = {
        "filter": narrowed,
        "items": page.rows,
        "views": _views(query, usual),
        "shown_team": shown_team(narrowed, request.path, query),
        "is_filtered": any(name in query for name in narrowed.filters),
        "is_more": any(name in query for name in MORE_FILTERS),
        "everything_url": _everything_url(defaults | query),
        "rising": [trend for trend in trends if trend.is_rising],
        **page.links,
        **_row_context(request),
    }
    return push_address(request, render_page(request, "feedback/list.html", context, partial="rows"), query)


@signed_in
@require_safe
def item_detail(request: MemberRequest, item_id: int) -> HttpResponse:
    """One item: the conversation, the tasks opened on it, and its history."""
    return _detail_page(request, item_id)


@signed_in
@require_http_methods(["GET", "POST"])
def create(request: MemberRequest) -> HttpResponse:
    """Take feedback in."""
    if not can_create_feedback(request.membership):
        raise NotAllowed
    if request.method == "GET":
        return _form_page(request, ItemForm(actor=request.membership))
    form = ItemForm(request.POST, actor=request.membership)
    if form.is_valid():
        try:
            item = services.create_item(by=request.membership, **form.values())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Feedback taken in."))
            return redirect("feedback:detail", item.pk)
    return _form_page(request, form, status=400)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, item_id: int) -> HttpResponse:
    """Edit an item; where somebody was faster, the form comes back with what was typed and what differs."""
    item = selectors.get_item(request.membership, item_id)
    if not can_change_feedback(request.membership):
        raise NotAllowed
    if request.method == "GET":
        return _form_page(request, ItemForm(actor=request.membership, item=item), item=item)
    form = ItemForm(request.POST, actor=request.membership, item=item)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.edit_item(by=request.membership, item_id=item_id, version=version, **form.values())
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion:
            return _stale_form(request, form, item)
        else:
            messages.success(request, _("Feedback saved."))
            return redirect("feedback:detail", item_id)
    return _form_page(request, form, item=item, status=400)


@signed_in
@require_POST
def reply(request: MemberRequest, item_id: int) -> HttpResponse:
    """Record an answer; where somebody was faster, the page shows theirs and keeps what was typed."""
    form = ReplyForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            services.reply(by=request.membership, item_id=item_id, **form.cleaned_data)
        except InvalidInput as refused:
            form.refuse(refused)
        except StaleVersion as refused_version:
            form.take_version(selectors.get_item(request.membership, item_id).version)
            form.add_error(None, str(refused_version.detail))
            status = 409
        else:
            messages.success(request, _("Your answer is recorded."))
            return redirect(f"{reverse('feedback:detail', args=[item_id])}#conversation")
    return _detail_page(request, item_id, reply_form=form, status=status)


@signed_in
@require_POST
def open_task(request: MemberRequest, item_id: int) -> HttpResponse:
    """Open a task on an item and stay on its page."""
    form = OpenTaskForm(request.POST, actor=request.membership)
    if form.is_valid():
        try:
            task = services.open_task(by=request.membership, item_id=item_id, **form.values())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Task #%(number)s opened.") % {"number": task.pk})
            return redirect(f"{reverse('feedback:detail', args=[item_id])}#tasks")
    return _detail_page(request, item_id, task_form=form, status=400)


@signed_in
@require_POST
def status(request: MemberRequest, item_id: int) -> HttpResponse:
    """Change an item's status, or undo the change; answers with the row, or leads back."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        raise InvalidInput({name: [str(each) for each in wrong] for name, wrong in form.errors.items()})
    wanted = form.cleaned_data
    before = selectors.get_item(request.membership, item_id)
    version = wanted["version"]
    try:
        if wanted["undo"]:
            item = services.undo_status_change(by=request.membership, item_id=item_id, version=version)
        else:
            item = services.change_status(
                by=request.membership, item_id=item_id, status=wanted["status"], version=version
            )
    except StaleVersion as refused:
        messages.error(request, str(refused.detail))
        return _after_status(request, item_id, wanted["next"], answer=412)
    undo = None
    if item.version != before.version:
        text = _("“%(subject)s”: %(status)s") % {"subject": item.subject, "status": item.get_status_display()}
        messages.success(request, text)
        undo = {
            "url": request.path,
            "row": f"feedback-{item.pk}",
            "status": before.status,
            "version": item.version,
        }
    return _after_status(request, item_id, wanted["next"], undo=None if wanted["undo"] else undo)


@signed_in
@require_safe
def response(request: MemberRequest, response_id: int) -> HttpResponse:
    """One survey answer: where the drill-down of the satisfaction KPI ends."""
    answer = selectors.response_detail(request.membership, response_id)
    return render_page(request, "feedback/response.html", {"answer": answer})


@signed_in
@require_safe
def invitation(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """One survey invitation: where the drill-down of the response rate ends."""
    found = selectors.invitation_detail(request.membership, invitation_id)
    return render_page(request, "feedback/invitation.html", {"invitation": found})


def _detail_page(
    request: MemberRequest,
    item_id: int,
    *,
    reply_form: ReplyForm | None = None,
    task_form: OpenTaskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = selectors.item_detail(request.membership, item_id)
    context = {
        "item": shown.item,
        "shown": shown,
        "reply_form": reply_form or ReplyForm(initial={"version": shown.item.version}),
        "task_form": task_form
        or OpenTaskForm(actor=request.membership, initial={"title": shown.item.subject}),
        "task_form_open": task_form is not None,
        **_row_context(request),
    }
    return render_page(request, "feedback/detail.html", context, status=status)


def _after_status(
    request: MemberRequest,
    item_id: int,
    next_url: str,
    *,
    undo: dict[str, Any] | None = None,
    answer: int = 200,
) -> HttpResponse:
    if request.htmx:
        item = selectors.get_item(request.membership, item_id)
        context = {"item": item, **_row_context(request), "undo": undo, "here": next_url}
        return render_page(request, "feedback/changed_row.html", context, status=answer)
    if undo:
        request.session[UNDO_KEY] = undo
    return redirect(own_address(next_url, reverse("feedback:detail", args=[item_id])))


def _row_context(request: MemberRequest) -> dict[str, Any]:
    return {
        "statuses": [(value, str(label)) for value, label in Status.choices],
        "can_create": can_create_feedback(request.membership),
        "can_change": can_answer_feedback(request.membership),
        "can_edit": can_change_feedback(request.membership),
        "can_open_task": can_create_task(request.membership),
        "undo": None if request.htmx else request.session.pop(UNDO_KEY, None),
        "here": request.get_full_path(),
    }


def _form_page(
    request: MemberRequest,
    form: ItemForm,
    *,
    item: FeedbackItem | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context = {"form": form, "item": item, **context}
    return render_page(request, "feedback/form.html", context, status=status)


def _stale_form(request: MemberRequest, form: ItemForm, stored: FeedbackItem) -> HttpResponse:
    form.take_version(stored.version)
    return _form_page(
        request,
        form,
        item=stored,
        status=409,
        differences=form.merge(),
        last_change=last_change(stored),
    )


def _views(query: Mapping[str, str], usual: str) -> list[tuple[str, str, bool]]:
    """Ready-made filters: their address, label, and whether the reader is looking at one."""
    offered = [
        ("", _("Open")),
        (f"assignee=me&team={EVERY_TEAM}", _("Mine")),
        ("overdue=true", _("Reply overdue")),
        ("state=resolved", _("Resolved")),
        ("state=all", _("All")),
    ]
    return ready_made(reverse("feedback:list"), query, offered, usual)


def _everything_url(shown: Mapping[str, str]) -> str:
    """The same search among resolved items too; empty where it already is."""
    if shown["state"] != "open":
        return ""
    everything = {name: value for name, value in shown.items() if name != "page"} | {"state": "all"}
    return f"{reverse('feedback:list')}?{urlencode(everything)}"
