"""The same tasks as a list, a board, a calendar, a table or by person: what each shape shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common.paging import page_of
from people.access import MemberRequest
from people.models import Team, TeamMembership
from people.selectors import assignable_members, ids_with_parts
from tasks import selectors
from tasks.choices import CLOSED, OPEN, Status
from tasks.filters import TaskPageFilter
from tasks.models import TaskQuerySet
from tasks.workdays import workdays_of

LIST, BOARD, CALENDAR, TABLE, PEOPLE = SHAPES = ("", "board", "calendar", "table", "people")
# What the address says beside the filters.
OF_SHAPES: Final = ("view", "month", "page", "sort")
SORTS: Final = (
    "id",
    "title",
    "status",
    "due",
    "priority",
    "assignee",
    "team",
    "project",
    "goal",
    "estimate",
    "opened",
)


def shape_of(query: Mapping[str, str]) -> str:
    """The shape that the address asks for; the list where it asks for none that there is."""
    view = query.get("view", "")
    return view if view in SHAPES else LIST


def shape_choices(query: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """The same tasks in each shape: address, label, and whether it is what the reader sees."""
    names = (_("List"), _("Board"), _("Calendar"), _("Table"), _("By person"))
    kept, seen = _filters(query), shape_of(query)
    return [
        (_address({**kept, "view": shape} if shape else kept), label, shape == seen)
        for shape, label in zip(SHAPES, names, strict=True)
    ]


def shown(request: MemberRequest, narrowed: TaskPageFilter, query: Mapping[str, str]) -> dict[str, Any]:
    """What the template of the shape needs."""
    shape = shape_of(query)
    if shape == BOARD:
        columns = selectors.board(_of_any_state(narrowed, query), _statuses(query))
        return {"columns": [(column, _list_of(query, status=column.status)) for column in columns]}
    if shape == CALENDAR:
        return _calendar(request, narrowed.qs, query)
    if shape == PEOPLE:
        return _people(request, narrowed, query)
    rows = cast("TaskQuerySet", narrowed.qs)
    if shape == TABLE:
        rows = _sorted(rows, query.get("sort", ""))
    page = page_of(request, rows, query, keys_first=shape == TABLE)
    return {"tasks": page.rows, **page.links, **({"heads": _heads(query)} if shape == TABLE else {})}


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


def _people(request: MemberRequest, narrowed: TaskPageFilter, query: Mapping[str, str]) -> dict[str, Any]:
    """Loads with the address of each person's tasks; whoever has none is named where nothing else narrows."""
    actor = request.membership
    today = selectors.local_day(actor)
    capacity = selectors.capacity_minutes(workdays_of(actor.organization), today)
    free = assignable_members(actor)
    team = narrowed.form.cleaned_data.get("team") if narrowed.is_valid() else None
    if isinstance(team, Team):
        places = TeamMembership.objects.filter(team_id__in=ids_with_parts(team.pk))
        free = free.filter(pk__in=places.values("membership_id"))
    if _filters(query).keys() - {"team"}:
        free = free.none()
    loads = selectors.load_by_person(cast("TaskQuerySet", narrowed.qs), today, capacity, free)
    until = today + (selectors.AHEAD_DAYS - 1) * selectors.DAY
    return {
        "loads": [
            (load, _list_of(query, assignee=load.member_id or "none", due_before=until)) for load in loads
        ],
        "working_days": capacity // selectors.MINUTES_A_DAY,
    }


def _sorted(tasks: TaskQuerySet, sort: str) -> TaskQuerySet:
    """By the column that is named, from the end with a minus before it; what has no value comes last."""
    column = sort.removeprefix("-")
    if column not in SORTS:
        return tasks
    name = "name_zh" if (get_language() or "").startswith("zh") else "name_en"
    fields = {
        "assignee": "assignee__user__name",
        "team": f"team__{name}",
        "project": f"project__{name}",
        "goal": f"goal__{name}",
        "due": "due_on",
        "estimate": "estimate_minutes",
        "opened": "opened_at",
    }
    by = F(fields.get(column, column))
    ordered = by.desc(nulls_last=True) if sort.startswith("-") else by.asc(nulls_last=True)
    return tasks.order_by(ordered, "id")


def _heads(query: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each column's label, the address that sorts by it or the other way round, and how it is sorted now."""
    names = (
        _("No."),
        _("Task"),
        _("Status"),
        _("Due"),
        _("Priority"),
        _("Assignee"),
        _("Team"),
        _("Project"),
        _("Goal"),
        _("Estimate"),
        pgettext("tasks", "Opened"),
    )
    now = query.get("sort", "")
    heads = []
    for column, label in zip(SORTS, names, strict=True):
        order = {column: "ascending", f"-{column}": "descending"}.get(now, "")
        wanted = f"-{column}" if order == "ascending" else column
        heads.append((label, _address({**_filters(query), "view": TABLE, "sort": wanted}), order))
    return heads


def _filters(query: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if name not in OF_SHAPES}


def _list_of(query: Mapping[str, str], **wanted: object) -> str:
    """The list with the same filters, narrowed further."""
    return _address({**_filters(query), **{name: str(value) for name, value in wanted.items()}})


def _address(query: Mapping[str, str]) -> str:
    return reverse("tasks:list") + (f"?{urlencode(query)}" if query else "")
