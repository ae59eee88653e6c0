"""The cells of some dirty days, made what the facts say."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from django.db import connection

from kpis.cellsql.folding import Keeps
from kpis.services.claims import ONE_DAY, Claim, Range, ranges_of
from kpis.services.recompute_sql import DROP_HOURS, LOCK_METRICS, recompute

# How to read: a few facts by their index; or all facts of the months, once, because finding those of each metric costs
# more (measured: twice as much). The planner cannot tell, as it has no statistics of what is asked.
USUAL = {
    "enable_nestloop": "on",
    "enable_hashjoin": "on",
    "enable_mergejoin": "on",
    "enable_sort": "on",
    "work_mem": "64MB",
    "hash_mem_multiplier": "2",
}
FEW = USUAL | {"enable_hashjoin": "off", "enable_mergejoin": "off"}
# Room for the groups, but not so much that the facts are put into a table to look up the few ranges in.
MOST = USUAL | {
    "enable_nestloop": "off",
    "enable_mergejoin": "off",
    "enable_sort": "off",
    "work_mem": "128MB",
    "hash_mem_multiplier": "1",
}
# A local day lies within one day of the same UTC day, in every time zone.
EARLIEST, LATEST = date.min + ONE_DAY, date.max - 2 * ONE_DAY


class _Metric(NamedTuple):
    """What decides how a metric is folded."""

    metric_id: int
    time_zone: str
    is_ordinal: bool
    keeps_order: bool
    keeps_percentiles: bool
    keeps_hours: bool


def recompute_claims(claims: Sequence[Claim], *, most: bool) -> int:
    """The cells of these days are what the facts say; returns how many changed. The caller holds the shards' locks.

    `most` says that they are most days of most metrics there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_METRICS, {"metrics": list({claim.metric_id for claim in claims})})
        metrics = {metric.metric_id: metric for metric in map(_Metric._make, cursor.fetchall())}
    by_zone: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.metric_id in metrics:
            by_zone[metrics[claim.metric_id].time_zone].append(claim)
    changed = 0
    for zone, each in by_zone.items():
        _set(TimeZone=zone, **(MOST if most else FEW))
        changed += _recompute(each, metrics)
    _set(TimeZone=connection.timezone_name, **USUAL)
    return changed


def _recompute(claims: Sequence[Claim], metrics: dict[int, _Metric]) -> int:
    ranges = ranges_of(claims)
    asked = {**_columns(ranges), **_reasons(claims)}
    present = [metrics[metric_id] for metric_id in asked["metrics"]]
    keeps = [each for each in Keeps if any(getattr(metric, each.value) for metric in present)]
    kept = [metric.metric_id for metric in present if metric.keeps_hours]
    with connection.cursor() as cursor:
        cursor.execute(recompute(keeps, hours=False), asked)
        changed = int(cursor.fetchone()[0])
        if kept:
            cursor.execute(recompute(keeps, hours=True), asked)
            changed += int(cursor.fetchone()[0])
        cursor.execute(DROP_HOURS, {**asked, "kept": kept})
    return changed


def _set(**settings: str) -> None:
    """Settings of the session until the transaction ends. In the organization's time zone `::date` is the local day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS s(name, value)",
            [list(settings), list(settings.values())],
        )


def _columns(ranges: Collection[Range]) -> dict[str, Any]:
    metrics, firsts, lasts = map(list, zip(*ranges, strict=True))
    return {
        "metrics": metrics,
        "firsts": firsts,
        "lasts": lasts,
        "since": _utc(min(firsts)) - ONE_DAY,
        "until": _utc(max(lasts)) + 2 * ONE_DAY,
    }


def _utc(day: date) -> datetime:
    return datetime.combine(min(max(day, EARLIEST), LATEST), time.min, UTC)


def _reasons(claims: Sequence[Claim]) -> dict[str, Any]:
    return {
        "why_metrics": [claim.metric_id for claim in claims],
        "why_firsts": [claim.first_on for claim in claims],
        "why_lasts": [claim.last_on for claim in claims],
        "why": [claim.reason for claim in claims],
    }
