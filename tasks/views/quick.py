"""Adding a task in one line."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.dateformat import format as date_as
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import InvalidInput, NotAllowed
from common.htmx import render_page
from people.access import MemberRequest, signed_in
from tasks import selectors, services
from tasks.choices import Priority
from tasks.permissions import can_create_task
from tasks.selectors import Line
from tasks.views.rows import back

Chip = tuple[str, str]


@signed_in
@require_http_methods(["GET", "POST"])
def quick_add(request: MemberRequest) -> HttpResponse:
    """What a line means, told while it is typed, and the task it makes. A refused line comes back as it was typed."""
    if not can_create_task(request.membership):
        raise NotAllowed
    if request.method == "GET":
        return _page(request, request.GET.get("line", ""), partial="chips")
    # Nobody types a NUL, and no column holds one.
    line = request.POST.get("line", "").replace("\x00", "")
    try:
        task = services.quick_add(by=request.membership, line=line)
    except InvalidInput as refused:
        problems = [str(each) for sentences in refused.fields.values() for each in sentences]
        response = _page(request, line, partial="form", status=422, problems=problems)
        response["HX-Retarget"], response["HX-Reswap"] = "#quick-add", "outerHTML"
        return response
    messages.success(request, _("Task #%(number)s: %(title)s") % {"number": task.pk, "title": task.title})
    return back(request)


def _page(
    request: MemberRequest,
    text: str,
    *,
    partial: str,
    status: int = 200,
    problems: list[str] | None = None,
) -> HttpResponse:
    line = selectors.read_line(request.membership, text) if text.strip() else None
    context: dict[str, Any] = {
        "line": text,
        "chips": _chips(line) if line else [],
        "problems": problems if problems is not None else (line.problems if line else []),
        "next": request.POST.get("next", ""),
        "target": request.POST.get("target", ""),
    }
    return render_page(request, "tasks/quick_add.html", context, partial=partial, status=status)


def _chips(line: Line) -> list[Chip]:
    """An icon and words for each thing that was understood."""
    draft = line.draft
    chips: list[Chip] = []
    if draft.due_on:
        day = f"{date_as(draft.due_on, 'D')} {date_format(draft.due_on, 'DATE_FORMAT')}"
        chips.append(("calendar", day))
    if draft.due_time:
        chips.append(("clock", f"{draft.due_time:%H:%M}"))
    if line.project:
        chips.append(("layers", line.project.name))
    if line.assignee:
        chips.append(("user", line.assignee.user.name))
    if draft.priority != Priority.NORMAL:
        chips.append(("flag", str(Priority(draft.priority).label)))
    return chips
