"""The facts behind a number."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotVisible
from kpis.models import Kpi
from kpis.registry import sources
from kpis.selectors.definitions import defined_kpis
from people.models import Membership, Team

PAGE_ROWS = 50
ROWS = """
SELECT f.source_key, f.value, f.label, f.occurred_at, f.team_id, f.member_id
FROM kpis_measurement AS f
WHERE f.metric_id = %(metric)s
    AND f.occurred_at >= %(first)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
    AND f.occurred_at < %(last)s::timestamp AT TIME ZONE 'UTC' + interval '2 days'
    AND (f.occurred_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s
    AND (%(label)s = '' OR f.label = %(label)s)
    AND (%(team)s::bigint IS NULL OR f.team_id = %(team)s)
    AND (%(at)s::timestamptz IS NULL OR (f.occurred_at, f.source_key) < (%(at)s::timestamptz, %(key)s))
ORDER BY f.occurred_at DESC, f.source_key DESC
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact, newest first, with the names as they are today and the page of the row it came from."""

    source_key: str
    value: Decimal
    label: str
    occurred_at: datetime
    team: str
    member: str
    url: str | None


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some facts and the cursor of the next page, empty on the last one."""

    kpi: Kpi
    unit: str
    rows: list[FactRow]
    next_cursor: str


def rows(
    actor: Membership,
    key: str,
    first_on: date,
    last_on: date,
    team_id: int | None = None,
    *,
    cursor: str = "",
    of_denominator: bool = False,
    limit: int = PAGE_ROWS,
) -> RowPage:
    """A page of the facts that the KPI counts on these local days; `of_denominator` shows what it divides by."""
    found = defined_kpis(Kpi.objects.visible_to(actor).filter(key=key))
    if not found or (of_denominator and found[0].definition.denominator is None):
        raise NotVisible
    definition = found[0].definition
    metric = definition.denominator if of_denominator and definition.denominator else definition.metric
    after_at, after_key = _position(cursor)
    parameters: dict[str, Any] = {
        "metric": metric.pk,
        "label": "" if of_denominator else definition.label,
        "zone": found[0].kpi.organization.time_zone,
        "first": first_on,
        "last": last_on,
        "team": team_id,
        "at": after_at,
        "key": after_key,
        "limit": limit + 1,
    }
    with connection.cursor() as database:
        database.execute(ROWS, parameters)
        facts = database.fetchall()
    shown = facts[:limit]
    next_cursor = _cursor(shown[-1][3], shown[-1][0]) if len(facts) > limit else ""
    return RowPage(found[0].kpi, metric.unit, _named(actor, shown), next_cursor)


def _named(actor: Membership, facts: list[tuple[Any, ...]]) -> list[FactRow]:
    teams = Team.objects.visible_to(actor).in_bulk({fact[4] for fact in facts if fact[4]})
    members = (
        Membership.objects.visible_to(actor)
        .select_related("user")
        .in_bulk({fact[5] for fact in facts if fact[5]})
    )
    return [
        FactRow(
            source_key=key,
            value=value,
            label=label,
            occurred_at=at,
            team=str(teams.get(team_id, "")),
            member=str(members.get(member_id, "")),
            url=_url(key),
        )
        for key, value, label, at, team_id, member_id in facts
    ]


def _url(source_key: str) -> str | None:
    name, _sep, rest = source_key.partition(":")
    row_id = rest.partition(":")[0]
    if name not in sources or not sources[name].url_name or not row_id.isdecimal():
        return None
    try:
        return reverse(sources[name].url_name, args=[int(row_id)])
    except NoReverseMatch:
        return None


def _cursor(at: datetime, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), key]).encode()).decode()


def _position(cursor: str) -> tuple[datetime | None, str]:
    if not cursor:
        return None, ""
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(key, str) or "\x00" in key:
            raise ValueError(key)
        return datetime.fromisoformat(at), key
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            {"cursor": [_("This cursor is not one of ours. Start again without it.")]}
        ) from error
