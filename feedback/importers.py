"""Feedback items from the rows of a file."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from common.importing.cells import Cells
from common.importing.errors import BadCell
from common.importing.lookup import Lookup
from feedback import services
from feedback.choices import Channel, Kind
from feedback.services import ImportCounts, ItemRow
from people.models import Membership
from people.selectors import names_of_members, names_of_teams

# Looked up once: an enumeration makes its lists anew each time, and these are asked for with every row.
KINDS, CHANNELS = tuple(Kind.values), tuple(Channel.values)


class FeedbackImporter:
    """One row is one item, with at most one reply of the source's own."""

    fields = (
        "external_id",
        "subject",
        "body",
        "kind",
        "channel",
        "customer_name",
        "customer_external_id",
        "theme",
        "team",
        "assignee",
        "opened_at",
        "reply",
        "replied_at",
        "reply_due_at",
        "resolved_at",
    )
    required = ("external_id", "subject", "opened_at")
    key_field = "external_id"

    def __init__(self, organization_id: int, source: str, by: Membership | None = None) -> None:
        self._organization_id = organization_id
        self._source = source
        self._by = by
        self._teams = Lookup(names_of_teams(organization_id))
        self._members = Lookup(names_of_members(organization_id))

    def item_of(self, cells: Cells) -> ItemRow:
        """The row as the bulk service takes it; refuses what cannot be stored as it is."""
        opened_at = cells.moment("opened_at", required=True)
        assert opened_at is not None  # noqa: S101 - a required moment is there; said for the type checker
        return ItemRow(
            external_id=cells.text("external_id", limit=200, required=True),
            subject=cells.text("subject", limit=300, required=True),
            body=cells.text("body"),
            kind=cells.choice("kind", KINDS, Kind.COMPLAINT),
            channel=cells.choice("channel", CHANNELS, Channel.IMPORT),
            customer_name=cells.text("customer_name", limit=200),
            customer_external_id=cells.text("customer_external_id", limit=200),
            theme_key=cells.text("theme", limit=60),
            team_id=self._teams.id_in(cells, "team"),
            assignee_id=self._members.id_in(cells, "assignee"),
            opened_at=opened_at,
            replies=_replies(cells, opened_at),
            reply_due_at=cells.moment("reply_due_at"),
            resolved_at=_not_before(cells, "resolved_at", opened_at),
        )

    def key_of(self, item: ItemRow) -> str:
        """What makes the row the same one in every run."""
        return item.external_id

    def store(self, items: Sequence[ItemRow]) -> ImportCounts:
        """All items of a batch, in one transaction."""
        return services.import_items(self._organization_id, self._source, items, by=self._by)


def _replies(cells: Cells, opened_at: datetime) -> tuple[tuple[datetime, str], ...]:
    at = _not_before(cells, "replied_at", opened_at)
    body = cells.text("reply")
    if body and at is None:
        raise BadCell("replied_at", _("There is a reply without its time."))
    return ((at, body),) if at is not None else ()


def _not_before(cells: Cells, field: str, opened_at: datetime) -> datetime | None:
    at = cells.moment(field)
    if at is not None and at < opened_at:
        raise BadCell(field, _("The time lies before the opening."))
    return at
