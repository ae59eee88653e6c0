"""What changed after it had been published, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from kpis.choices import Reason
from kpis.selectors.asking import (
    Consistency,
    Narrowing,
    kpi_asked,
    refuse_bad_span,
    scope_of,
    source_of,
    spans_of,
)
from people.models import Membership, Team

MOST_ROWS = 200
# Members are left out: a cell of one member and one day is often a single fact.
RESTATED = """
SELECT m.key, r.day, r.team_id, r.label, sum(r.n), sum(r.new_n), sum(r.total), sum(r.new_total), r.restated_at,
    (SELECT array_agg(DISTINCT reason ORDER BY reason) FROM unnest(string_to_array(
        string_agg(array_to_string(r.reasons, ','), ','), ',')) AS reason)
FROM unnest(%(metrics)s::bigint[], %(labels)s::text[], %(firsts)s::date[]) AS p(metric_id, label, first_on)
JOIN kpis_metric AS m ON m.id = p.metric_id
JOIN kpis_restatement AS r ON r.metric_id = p.metric_id AND r.day >= p.first_on AND r.day <= %(last)s
WHERE (p.label = '' OR r.label = p.label) AND (%(teams)s::bigint[] IS NULL OR r.team_id = ANY(%(teams)s))
GROUP BY m.key, r.day, r.team_id, r.label, r.restated_at
ORDER BY r.restated_at DESC, r.day DESC, m.key, r.team_id, r.label
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Restated:
    """The facts of one day, team and label that were restated at one moment: what was published, and what is now."""

    metric: str
    day: date
    team_id: int
    team: str
    label: str
    n: int
    new_n: int
    total: Decimal
    new_total: Decimal
    restated_at: datetime
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Restatements:
    """The newest 200 restatements of a KPI's days, newest first; `has_more` tells that there are others."""

    rows: list[Restated]
    has_more: bool


def restatements(
    actor: Membership, key: str, first_on: date, last_on: date, *, team_id: int | None = None
) -> Restatements:
    """Changes of published days that the KPI of these days depends on."""
    refuse_bad_span(first_on, last_on)
    defined = kpi_asked(actor, key)
    scope, _tree = scope_of(actor, Narrowing(team_id), source=source_of(Consistency.CELLS, None), as_of=None)
    firsts = {metric_id: first or date.min for metric_id, first, _ in spans_of(defined, first_on, last_on)}
    pairs = sorted(
        {
            pair
            for leaf in defined.leaves
            for pair in ((leaf.metric_id, leaf.label), (leaf.denominator_id, leaf.denominator_label))
            if pair[0] is not None
        }
    )
    parameters: dict[str, Any] = {
        "metrics": [metric_id for metric_id, _ in pairs],
        "labels": [label for _, label in pairs],
        "firsts": [firsts[metric_id] for metric_id, _ in pairs if metric_id is not None],
        "last": last_on,
        "teams": None if scope.team_ids is None else sorted(scope.team_ids),
        "limit": MOST_ROWS + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(RESTATED, parameters)
        found = cursor.fetchall()
    teams = Team.objects.visible_to(actor).in_bulk({row[2] for row in found if row[2]})
    rows = [
        Restated(
            metric=metric,
            day=day,
            team_id=team,
            team=str(teams.get(team, "")),
            label=label,
            n=int(n),
            new_n=int(new_n),
            total=total,
            new_total=new_total,
            restated_at=at,
            reasons=[Reason(reason) for reason in reasons or []],
        )
        for metric, day, team, label, n, new_n, total, new_total, at, reasons in found[:MOST_ROWS]
    ]
    return Restatements(rows, len(found) > MOST_ROWS)
