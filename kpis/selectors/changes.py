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
# A restored log is numbered below zero; see `opsteam.operating.catalogue`.
BEFORE_ALL = -(2**63)
# Finished transactions only: what one still running has written comes later, in its place.
CHANGES = """
SELECT c.transaction, c.id, c.kind, c.kpi_id, c.metric_id, m.key, c.first_on, c.last_on, c.version, c.reasons,
    c.changed_at
FROM kpis_kpichange AS c LEFT JOIN kpis_metric AS m ON m.id = c.metric_id
WHERE c.organization_id = %(organization)s AND c.kind <> 'forgotten'
    AND (c.transaction, c.id) > (%(transaction)s, %(id)s) AND c.transaction < %(running)s
ORDER BY c.transaction, c.id
LIMIT %(limit)s
"""
# The oldest transaction that still runs; when this database was built, which a restore does anew, and with other
# numbers; and the place through which the organization's log has been forgotten.
HORIZONS = """
SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint,
    (SELECT (extract(epoch FROM min(applied)) * 1000000)::bigint FROM django_migrations),
    f.transaction, f.id
FROM (VALUES (1)) AS one LEFT JOIN LATERAL (
    SELECT transaction, id FROM kpis_kpichange WHERE organization_id = %s AND kind = 'forgotten'
    ORDER BY transaction DESC, id DESC LIMIT 1) AS f ON true
"""


class CursorFromElsewhere(Refusal):
    """The cursor was made by a server that numbers its transactions differently: before a restore, for example."""

    code = "cursor_gone"
    status = 410
    sentence = gettext_lazy(
        "This cursor is of another server. Load everything again, and start with after=now."
    )


class CursorTooOld(Refusal):
    """Changes that came after the cursor have been deleted by age."""

    code = "cursor_gone"
    status = 410
    sentence = gettext_lazy(
        "The log no longer reaches back to this cursor. Load everything again, and start with after=now."
    )


@dataclass(frozen=True, slots=True)
class Horizons:
    """Between which places of the log a reader may stand, and which building of the database numbered them."""

    running: int
    built: int
    forgotten: tuple[int, int] | None


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

    "" starts with the oldest there is, `now` with those to come. Refuses a cursor that is not one of ours, and one
    after which something was forgotten.
    """
    with connection.cursor() as database:
        horizons = _horizons(database, actor.organization_id)
        place = _place(after, horizons)
        asked = {
            "organization": actor.organization_id,
            "transaction": place[0],
            "id": place[1],
            "running": horizons.running,
            "limit": limit + 1,
        }
        database.execute(CHANGES, asked)
        found = database.fetchall()
    rows = found[:limit]
    known = defined_kpis(Kpi.objects.visible_to(actor)) if rows else []
    published = Publication.objects.filter(organization_id=actor.organization_id).order_by("-through_on")
    return ChangePage(
        changes=[_change(row, known) for row in rows],
        cursor=_cursor(horizons.built, *(rows[-1][:2] if rows else place)),
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


def _horizons(database: Any, organization_id: int) -> Horizons:
    database.execute(HORIZONS, [organization_id])
    running, built, *forgotten = database.fetchone()
    return Horizons(running, built, (forgotten[0], forgotten[1]) if forgotten[1] is not None else None)


def _place(after: str, horizons: Horizons) -> tuple[int, int]:
    if after == NOW:
        return horizons.running - 1, LARGEST_ID
    if not after:
        return BEFORE_ALL, 0
    built, transaction, change_id = _numbers(after)
    if built != horizons.built or transaction >= horizons.running:
        raise CursorFromElsewhere
    if horizons.forgotten is not None and (transaction, change_id) < horizons.forgotten:
        raise CursorTooOld
    return transaction, change_id


def _numbers(cursor: str) -> list[int]:
    """The three numbers of a cursor."""
    try:
        numbers = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not (isinstance(numbers, list) and [type(each) for each in numbers] == [int, int, int]):
            raise TypeError(cursor)
        if not all(BEFORE_ALL <= each <= LARGEST_ID for each in numbers):
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        sentence = _("This cursor is not one of ours. Start again without it.")
        raise InvalidInput({"after": [sentence]}) from error
    return numbers


def _cursor(built: int, transaction: int, change_id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([built, transaction, change_id]).encode()).decode()
