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

from common.errors import InvalidInput, NotAllowed, NotVisible
from kpis.cellsql import Source
from kpis.models import Kpi, KpiDefinition, Metric
from kpis.permissions import can_define_kpis
from kpis.registry import sources
from kpis.selectors.asking import Narrowing, kpi_asked, refuse_bad_span, scope_of
from kpis.selectors.proving import archived_months
from kpis.selectors.totals import Scope
from people.models import Membership, Team

PAGE_ROWS = 50
ROWS = """
SELECT f.source_key, f.value, f.label, f.occurred_at, f.team_id, f.member_id
FROM kpis_measurement AS f
WHERE f.metric_id = %(metric)s
    AND f.occurred_at >= %(first)s::timestamp AT TIME ZONE 'UTC' - interval '1 day'
    AND f.occurred_at < %(last)s::timestamp AT TIME ZONE 'UTC' + interval '2 days'
    AND (f.occurred_at AT TIME ZONE %(zone)s)::date BETWEEN %(first)s AND %(last)s
    AND (%(label)s = '' OR f.label = %(label)s) AND (%(narrow_label)s = '' OR f.label = %(narrow_label)s)
    AND (%(teams)s::bigint[] IS NULL OR f.team_id = ANY(%(teams)s))
    AND (%(member)s::bigint IS NULL OR f.member_id = %(member)s)
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
    """Some facts and the cursor of the next page, empty on the last one.

    Facts of the months in `archived` are in files, no longer here: the number counts more than can be listed.
    """

    kpi: Kpi
    unit: str
    rows: list[FactRow]
    next_cursor: str
    archived: list[date]


def rows(
    actor: Membership,
    key: str,
    first_on: date,
    last_on: date,
    team_id: int | None = None,
    *,
    member_id: int | None = None,
    label: str = "",
    cursor: str = "",
    of_denominator: bool = False,
    limit: int = PAGE_ROWS,
) -> RowPage:
    """A page of the facts that the KPI counts on these local days; `of_denominator` shows what it divides by.

    A formula has no facts of its own. Refuses the facts of one member to others than managers and themselves.
    """
    refuse_bad_span(first_on, last_on)
    defined = kpi_asked(actor, key)
    metric, own_label = _metric(defined.definition_on(last_on) or defined.definition, of_denominator)
    if member_id not in {None, actor.pk} and not can_define_kpis(actor):
        raise NotAllowed
    scope, _tree = scope_of(actor, Narrowing(team_id, member_id, label), source=Source.FACTS, as_of=None)
    parameters = {
        "metric": metric.pk,
        "label": own_label,
        "zone": defined.kpi.organization.time_zone,
        "first": first_on,
        "last": last_on,
        "limit": limit + 1,
        **_narrowed(scope),
        **_position(cursor),
    }
    with connection.cursor() as database:
        database.execute(ROWS, parameters)
        facts = database.fetchall()
    shown = facts[:limit]
    return RowPage(
        kpi=defined.kpi,
        unit=metric.unit,
        rows=_named(actor, shown, hides_members=metric.is_ordinal and not can_define_kpis(actor)),
        next_cursor=_cursor(shown[-1][3], shown[-1][0]) if len(facts) > limit else "",
        archived=archived_months(first_on, last_on),
    )


def _metric(definition: KpiDefinition, of_denominator: bool) -> tuple[Metric, str]:
    """What to list, and the label its facts must have."""
    metric = definition.denominator if of_denominator else definition.metric
    if metric is None:
        raise NotVisible
    return metric, definition.denominator_label if of_denominator else definition.label


def _narrowed(scope: Scope) -> dict[str, Any]:
    return {
        "teams": None if scope.team_ids is None else sorted(scope.team_ids),
        "member": scope.member_id,
        "narrow_label": scope.label,
    }


def _named(actor: Membership, facts: list[tuple[Any, ...]], *, hides_members: bool) -> list[FactRow]:
    """With names; who was scored by a customer is told to managers only."""
    teams = Team.objects.visible_to(actor).in_bulk({fact[4] for fact in facts if fact[4]})
    told = {fact[5] for fact in facts if fact[5] and (not hides_members or fact[5] == actor.pk)}
    members = Membership.objects.visible_to(actor).select_related("user").in_bulk(told)
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


def _position(cursor: str) -> dict[str, Any]:
    """Where the page starts; refuses a cursor that no answer of ours can have held."""
    if not cursor:
        return {"at": None, "key": ""}
    try:
        at, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(key, str) or "\x00" in key:
            raise ValueError(key)
        return {"at": datetime.fromisoformat(at), "key": key}
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            {"cursor": [_("This cursor is not one of ours. Start again without it.")]}
        ) from error
