"""Tasks from the rows of a file: one row a task, or, for event logs, one case a task with its history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from common.importing.cells import Cells
from common.importing.errors import BadCell
from common.importing.lookup import Lookup
from people.models import Membership
from people.selectors import names_of_members, names_of_teams
from tasks import services
from tasks.choices import CLOSED, Priority, Status
from tasks.models import Project
from tasks.services import ImportCounts, TaskRow

# Looked up once: an enumeration makes its lists anew each time, and these are asked for with every row.
STATUSES = tuple(Status.values)
PRIORITIES = {each.name.lower(): each.value for each in Priority} | {
    str(each.value): each.value for each in Priority
}


class TaskImporter:
    """Tasks of one source; `event_of` and `item_of_case` read event logs."""

    fields = (
        "external_id",
        "title",
        "description",
        "status",
        "priority",
        "opened_at",
        "closed_at",
        "due_on",
        "assignee",
        "team",
        "project",
        "at",
    )
    required = ("external_id", "title")
    key_field = "external_id"

    def __init__(self, organization_id: int, source: str, by: Membership | None = None) -> None:
        self._organization_id = organization_id
        self._source = source
        self._by = by
        self._teams = Lookup(names_of_teams(organization_id))
        self._members = Lookup(names_of_members(organization_id))
        self._projects = Lookup(
            Project.objects.filter(organization_id=organization_id).values_list("key", "pk")
        )

    def item_of(self, cells: Cells) -> TaskRow:
        """A task with its opening and, where it is closed, its closing as history."""
        opened_at = _past_moment(cells, "opened_at")
        closed_at = _past_moment(cells, "closed_at") if cells.text("closed_at") else None
        status = _status(cells, Status.TODO if closed_at is None else Status.DONE)
        if status in CLOSED and closed_at is None:
            raise BadCell("closed_at", _("A closed task needs the time of its closing."))
        if status not in CLOSED and closed_at is not None:
            raise BadCell("status", _("An open task cannot have a time of closing."))
        if closed_at is not None and closed_at < opened_at:
            raise BadCell("closed_at", _("The time lies before the opening."))
        return TaskRow(status=status, opened_at=opened_at, closed_at=closed_at, **self._attributes(cells))

    def event_of(self, cells: Cells) -> tuple[str, str]:
        """The case and the time of one event, once it is known to be usable."""
        _status(cells, "")
        at = _past_moment(cells, "at")
        return cells.text("external_id", limit=200, required=True), at.isoformat()

    def item_of_case(self, events: Sequence[Cells]) -> TaskRow:
        """A task whose attributes are those of its first event and whose history is all events."""
        steps = tuple(
            (_past_moment(event, "at"), _status(event, ""), event.written("status", limit=100))
            for event in events
        )
        last = steps[-1][1]
        closed_at = next((at for at, status, _word in reversed(steps) if status == last), None)
        return TaskRow(
            status=last,
            opened_at=steps[0][0],
            closed_at=closed_at if last in CLOSED else None,
            transitions=steps,
            **self._attributes(events[0]),
        )

    def key_of(self, item: TaskRow) -> str:
        """What makes the row the same one in every run."""
        return item.external_id

    def store(self, items: Sequence[TaskRow]) -> ImportCounts:
        """All tasks of a batch, in one transaction."""
        return services.import_tasks(self._organization_id, self._source, items, by=self._by)

    def _attributes(self, cells: Cells) -> dict[str, Any]:
        return {
            "external_id": cells.text("external_id", limit=200, required=True),
            "title": cells.text("title", limit=300, required=True),
            "description": cells.text("description"),
            "priority": _priority(cells),
            "due_on": cells.day("due_on"),
            "assignee_id": self._members.id_in(cells, "assignee"),
            "team_id": self._teams.id_in(cells, "team"),
            "project_id": self._projects.id_in(cells, "project"),
        }


def _status(cells: Cells, default: str) -> str:
    status = cells.choice("status", STATUSES, default)
    if not status:
        raise BadCell("status", _("The cell is empty."))
    return status


def _priority(cells: Cells) -> int:
    return PRIORITIES[cells.choice("priority", PRIORITIES, "normal")]


def _past_moment(cells: Cells, field: str) -> datetime:
    at = cells.moment(field, required=True)
    if at is None or at > timezone.now():
        raise BadCell(field, _("The time lies in the future."))
    return at
