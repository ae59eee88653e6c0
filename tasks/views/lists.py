"""The organization's tasks, narrowed by the address."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from common.htmx import push_address, render_page
from common.narrowing import ready_made, said
from people.access import MemberRequest, signed_in
from people.filters import EVERY_TEAM, shown_team, usual_team, with_team
from tasks import selectors
from tasks.filters import TaskPageFilter, page_defaults
from tasks.views.rows import row_context
from tasks.views.shapes import shape_choices, shape_of, shown

MORE_FILTERS = ("status", "priority", "team", "project", "due_after", "due_before")


@signed_in
@require_safe
def task_list(request: MemberRequest) -> HttpResponse:
    """The organization's tasks, narrowed by the address; `?view=` shows them in another shape."""
    actor = request.membership
    asked, usual = with_team(request.GET, actor), usual_team(actor)
    narrowed = TaskPageFilter(asked, queryset=selectors.task_list(actor), request=request)
    query = said(asked, {**page_defaults(asked), "team": usual})
    context = {
        "filter": narrowed,
        "view": shape_of(query),
        "sort": query.get("sort", ""),
        "shapes": shape_choices(query),
        "views": _views(query, usual),
        "shown_team": shown_team(narrowed, request.path, query),
        "has_more": any(name in query for name in MORE_FILTERS),
        "is_filtered": any(name in query for name in narrowed.filters),
        **shown(request, narrowed, query),
        **row_context(request, whole="rows"),
    }
    return push_address(request, render_page(request, "tasks/list.html", context, partial="rows"), query)


def _views(query: Mapping[str, str], usual: str) -> list[tuple[str, str, bool]]:
    """Ready-made filters: their address, label, and whether the reader is looking at one."""
    offered = [
        ("", pgettext("tasks", "Open")),
        (f"assignee=me&team={EVERY_TEAM}", _("Mine")),
        ("overdue=true", _("Overdue")),
        ("state=closed&order=newest", _("Closed")),
    ]
    return ready_made(reverse("tasks:list"), query, offered, usual)
