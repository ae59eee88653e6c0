"""The organization's tasks as a list, a board or a calendar, narrowed by the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from common.htmx import push_address, render_page
from common.narrowing import ready_made, said
from common.paging import page_of
from people.access import MemberRequest, signed_in
from tasks import selectors
from tasks.choices import CLOSED, OPEN, Status
from tasks.filters import TaskPageFilter, page_defaults
from tasks.models import TaskQuerySet
from tasks.views.rows import row_context

MORE_FILTERS = ("status", "priority", "team", "project", "due_after", "due_before")
BOARD, CALENDAR = "board", "calendar"


@signed_in
@require_safe
def task_list(request: MemberRequest) -> HttpResponse:
    """The organization's tasks, narrowed by the address; `?view=` shows them as a board or a calendar."""
    narrowed = TaskPageFilter(request.GET, queryset=selectors.task_list(request.membership), request=request)
    query = said(request.GET, page_defaults(request.GET))
    view = query.get("view", "")
    context = {
        "filter": narrowed,
        "view": view if view in (BOARD, CALENDAR) else "",
        "shapes": _shapes(query),
        "views": _views(query),
        "has_more": any(name in query for name in MORE_FILTERS),
        "is_filtered": any(name in query for name in narrowed.filters),
        **_rows(request, view, narrowed, query),
        **row_context(request, whole="rows"),
    }
    return push_address(request, render_page(request, "tasks/list.html", context, partial="rows"), query)


def _rows(
    request: MemberRequest, view: str, narrowed: TaskPageFilter, query: Mapping[str, str]
) -> dict[str, Any]:
    if view == BOARD:
        columns = selectors.board(_of_any_state(narrowed, query), _statuses(query))
        return {"columns": [(column, _list_of(query, status=column.status)) for column in columns]}
    if view == CALENDAR:
        return _calendar(request, narrowed.qs, query)
    page = page_of(request, narrowed.qs, query)
    return {"tasks": page.rows, **page.links}


def _of_any_state(narrowed: TaskPageFilter, query: Mapping[str, str]) -> TaskQuerySet:
    """A board shows what is done too, unless the address asks for something else: work is dropped there."""
    if "state" not in query and "status" not in query and narrowed.is_valid():
        narrowed.form.cleaned_data["state"] = "all"
    return cast("TaskQuerySet", narrowed.qs)


def _statuses(query: Mapping[str, str]) -> list[str]:
    if query.get("status") in Status.values:
        return [query["status"]]
    if query.get("state") == "closed":
        return list(CLOSED)
    return [*OPEN, Status.DONE]


def _calendar(request: MemberRequest, tasks: Any, query: Mapping[str, str]) -> dict[str, Any]:
    today = selectors.local_day(request.membership)
    month = selectors.month_of(
        tasks, _first_day(query.get("month", ""), today), request.membership.organization.week_start
    )
    beside = {name: f"{day:%Y-%m}" for name, day in (("before", month.before), ("after", month.after))}
    weeks = [
        [(day, _list_of(query, due_after=day.on, due_before=day.on)) for day in week] for week in month.weeks
    ]
    return {
        "month": month,
        "weeks": weeks,
        "month_before": _address({**query, "month": beside["before"]}),
        "month_after": _address({**query, "month": beside["after"]}),
    }


def _first_day(said_month: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{said_month}-01")
    except ValueError:
        return today.replace(day=1)


def _list_of(query: Mapping[str, str], **wanted: object) -> str:
    """The list with the same filters, narrowed further."""
    kept = {name: value for name, value in query.items() if name not in ("view", "month", "page")}
    return _address({**kept, **{name: str(value) for name, value in wanted.items()}})


def _address(query: Mapping[str, str]) -> str:
    return reverse("tasks:list") + (f"?{urlencode(query)}" if query else "")


def _shapes(query: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """The same tasks in another shape: address, label, and whether it is what the reader sees."""
    kept = {name: value for name, value in query.items() if name not in ("view", "month", "page")}
    shapes = {"": _("List"), BOARD: _("Board"), CALENDAR: _("Calendar")}
    seen = query.get("view", "") if query.get("view") in shapes else ""
    return [
        (_address({**kept, "view": shape} if shape else kept), label, shape == seen)
        for shape, label in shapes.items()
    ]


def _views(query: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Ready-made filters: their address, label, and whether the reader is looking at one."""
    offered = [
        ("", pgettext("tasks", "Open")),
        ("assignee=me", _("Mine")),
        ("overdue=true", _("Overdue")),
        ("state=closed&order=newest", _("Closed")),
    ]
    return ready_made(reverse("tasks:list"), query, offered)
