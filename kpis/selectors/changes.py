"""What a client that keeps a copy of the numbers has to load again, in an order that no late commit can escape."""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import InvalidInput, Refusal
from kpis.choices import ChangeKind, Reason
from kpis.models import Kpi, Publication
from kpis.selectors.definitions import DefinedKpi, defined_kpis
from people.models import Membership

NOW = "now"
LARGEST_ID = 2**63 - 1
# Finished transactions only: what one still running has written comes later, in its place.
CHANGES = """
SELECT c.transaction, c.id, c.kind, c.kpi_id, c.metric_id, m.key, c.first_on, c.last_on, c.version, c.reasons,
    c.changed_at
FROM kpis_kpichange AS c LEFT JOIN kpis_metric AS m ON m.id = c.metric_id
WHERE c.organization_id = %(organization)s
    AND (c.transaction, c.id) > (%(transaction)s, %(id)s) AND c.transaction < %(running)s
ORDER BY c.transaction, c.id
LIMIT %(limit)s
"""
RUNNING = "SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"


class CursorFromElsewhere(Refusal):
    """The cursor was made by a server that numbers its transactions differently: before a restore, for example."""

    code = "cursor_gone"
    status = 410
    sentence = gettext_lazy(
        "This cursor is of another server. Load everything again, and start with after=now."
    )


@dataclass(frozen=True, slots=True)
class ChangedKpi:
    """A KPI whose values of these days are others; null: from its first day, or every day from then on."""

    key: str
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, when and why, and the KPIs that read differently because of it; `published` concerns all KPIs."""

    kind: ChangeKind
    metric: str | None
    first_on: date | None
    last_on: date | None
    version: int
    reasons: Sequence[Reason]
    changed_at: datetime
    kpis: Sequence[ChangedKpi]


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some changes, oldest first, and the cursor to go on from; days after `published_through` change all the time."""

    changes: Sequence[Change]
    cursor: str
    has_more: bool
    published_through: date | None


def changes(actor: Membership, *, after: str, limit: int) -> ChangePage:
    """The changes after the cursor: none is ever left out, however late it was committed. At most five queries.

    "" starts with the oldest, `now` with those to come. Refuses a cursor that is not one of ours.
    """
    with connection.cursor() as database:
        database.execute(RUNNING)
        running = int(database.fetchone()[0])
        place = _place(after, running)
        asked = {
            "organization": actor.organization_id,
            "transaction": place[0],
            "id": place[1],
            "running": running,
            "limit": limit + 1,
        }
        database.execute(CHANGES, asked)
        found = database.fetchall()
    rows = found[:limit]
    known = defined_kpis(Kpi.objects.visible_to(actor)) if rows else []
    published = Publication.objects.filter(organization_id=actor.organization_id).order_by("-through_on")
    return ChangePage(
        changes=[_change(row, known) for row in rows],
        cursor=_cursor(*(rows[-1][:2] if rows else place)),
        has_more=len(found) > limit,
        published_through=published.values_list("through_on", flat=True).first(),
    )


def _change(row: tuple[Any, ...], known: Sequence[DefinedKpi]) -> Change:
    _transaction, _id, kind, kpi_id, metric_id, metric, first_on, last_on, version, reasons, at = row
    return Change(
        kind=ChangeKind(kind),
        metric=metric,
        first_on=first_on,
        last_on=last_on,
        version=version,
        reasons=[Reason(reason) for reason in reasons],
        changed_at=at,
        kpis=[
            ChangedKpi(each.kpi.key, first_on, None if metric_id in each.running_metric_ids else last_on)
            for each in _touched(known, kpi_id, metric_id)
        ],
    )


def _touched(known: Sequence[DefinedKpi], kpi_id: int | None, metric_id: int | None) -> Iterator[DefinedKpi]:
    """The KPIs that a change of this KPI or metric makes read differently."""
    for each in known:
        reads_metric = metric_id is not None and metric_id in each.metric_ids
        reads_kpi = kpi_id is not None and any(part.kpi.pk == kpi_id for part in each.closure)
        if reads_metric or reads_kpi:
            yield each


def _place(after: str, running: int) -> tuple[int, int]:
    if after == NOW:
        return running - 1, LARGEST_ID
    if not after:
        return 0, 0
    try:
        transaction, change_id = json.loads(base64.urlsafe_b64decode(after.encode()))
        if not (type(transaction) is int and type(change_id) is int):
            raise TypeError(after)
        if not (0 <= transaction <= LARGEST_ID and 0 <= change_id <= LARGEST_ID):
            raise ValueError(after)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        sentence = _("This cursor is not one of ours. Start again without it.")
        raise InvalidInput({"after": [sentence]}) from error
    if transaction >= running:
        raise CursorFromElsewhere
    return transaction, change_id


def _cursor(transaction: int, change_id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([transaction, change_id]).encode()).decode()
