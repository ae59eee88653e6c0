"""From the dirty log to the cells: always recomputed from the facts, never by adding differences."""

import time
from collections.abc import Iterable, Sequence
from enum import Enum

from django.conf import settings
from django.db import connection, transaction

from common.locks import LockSpace, try_lock
from common.queue import enqueue, enqueue_soon
from kpis.models import DirtyRange, Metric
from kpis.services.claims import Claim, clipped, columns_of, days_of, horizon, merged
from kpis.services.partitions import tidy_partitions
from kpis.services.recompute_sql import CLAIM, PUT_BACK
from kpis.services.recomputing import recompute_claims
from kpis.services.statistics import refresh_statistics

CLAIMED_RANGES = 50_000
DAYS_AT_ONCE = 100_000
MANY_DAYS = 2_000
# Fewer dirty days of a shard are read well by whatever plan.
FILLED_DAYS = 28
SECONDS_PER_JOB = 30
# A transaction that stays open for long holds back the followers of the event log.
SECONDS_PER_ROUND = 5
# What was logged less long ago waits: a day that is written all the time is folded once a second, not again and again.
SETTLED_SECONDS = 1
# A worker that has just found nothing holds the lock for a moment more; what was committed then must not be missed.
# A worker that holds it for longer will claim once more.
WAITS_SECONDS = (0.05, 0.1)


class Idle(Enum):
    """Why a round did nothing."""

    CLEAN = "no day is dirty"
    TAKEN = "another worker is at it"


class Rest(Enum):
    """What a round left dirty."""

    NONE = "nothing"
    FRESH = "only days that are just being written"
    SETTLED = "days that wait"


def nudge(metric_ids: Iterable[int]) -> None:
    """The workers hear a second later which shards have work; a lost hint costs only the time to the next sweep."""
    for shard in sorted({DirtyRange.shard_of(metric_id) for metric_id in metric_ids}):
        enqueue_soon("kpis.recompute_shard", shard=shard)


def recompute_shard(shard: int) -> int:
    """The days that were dirty are clean, or another worker is at it, or time is over; returns the cells that changed.

    Days that became dirty meanwhile are left to a job a second later. Each round is one transaction: a crash rolls
    back and leaves its log rows to the next.
    """
    if has_many_days(shard):
        refresh_statistics()
    changed, until, patience = 0, time.monotonic() + SECONDS_PER_JOB, iter(WAITS_SECONDS)
    while time.monotonic() < until:
        cells = _recompute_once(shard)
        if cells is Idle.CLEAN:
            return changed
        if cells is Idle.TAKEN:
            wait = next(patience, None)
            if wait is None:
                return changed
            time.sleep(wait)
            continue
        changed += cells
        rest = _rest_of(shard)
        if rest is Rest.FRESH:
            enqueue_soon("kpis.recompute_shard", shard=shard)
        if rest is not Rest.SETTLED:
            return changed
    enqueue("kpis.recompute_shard", shard=shard)
    return changed


def has_many_days(shard: int) -> bool:
    """Whether so much is dirty that a table may just have been filled; a look at the tables costs more than this."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(last_on - first_on + 1) >= %s FROM kpis_dirtyrange WHERE shard = %s",
            [FILLED_DAYS, shard],
        )
        (many,) = cursor.fetchone()
    return bool(many)


def recompute_all_dirty() -> int:
    """No day is dirty that was when this was called; waits for workers that hold a shard."""
    changed = 0
    while shards := set(DirtyRange.objects.values_list("shard", flat=True).distinct()):
        before = changed
        changed += sum(recompute_shard(shard) for shard in sorted(shards))
        if changed == before:
            time.sleep(0.02)
    return changed


def sweep_dirty() -> int:
    """Every shard with work older than a second is on its way to a worker, and the months ahead exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT shard FROM kpis_dirtyrange"
            " WHERE logged_at < statement_timestamp() - make_interval(secs => %s)",
            [SETTLED_SECONDS],
        )
        shards = [shard for (shard,) in cursor.fetchall()]
    for shard in shards:
        enqueue("kpis.recompute_shard", shard=shard)
    tidy_partitions()
    return len(shards)


def _rest_of(shard: int) -> Rest:
    """What is dirty after a round."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(logged_at < statement_timestamp() - make_interval(secs => %s))"
            " FROM kpis_dirtyrange WHERE shard = %s",
            [SETTLED_SECONDS, shard],
        )
        (is_settled,) = cursor.fetchone()
    return Rest.NONE if is_settled is None else Rest.SETTLED if is_settled else Rest.FRESH


@transaction.atomic
def _recompute_once(shard: int) -> int | Idle:
    """The lock, the claim and the recompute are statements of their own, so that each sees what came before it."""
    if not try_lock(LockSpace.KPI_SHARD, shard):
        return Idle.TAKEN
    pending = _claimed(shard)
    if not pending:
        return Idle.CLEAN
    most = _is_most_of_a_shard(pending)
    if most:
        others = (other for other in range(settings.KPI_SHARDS) if other != shard)
        pending += [
            claim for other in others if try_lock(LockSpace.KPI_SHARD, other) for claim in _claimed(other)
        ]
    changed, until = 0, time.monotonic() + SECONDS_PER_ROUND
    while pending and time.monotonic() < until:
        now, pending = clipped(pending, horizon(pending, DAYS_AT_ONCE))
        changed += recompute_claims(now, most=most)
    if pending:
        with connection.cursor() as cursor:
            cursor.execute(PUT_BACK, columns_of(pending))
    if changed:
        enqueue_soon("kpis.judge")
    return changed


def _claimed(shard: int) -> list[Claim]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [shard, CLAIMED_RANGES])
        return merged(Claim(*row) for row in cursor.fetchall())


def _is_most_of_a_shard(claims: Sequence[Claim]) -> bool:
    """Whether reading whole months is cheaper than finding the facts of each metric: then for all shards at once."""
    days = days_of(claims)
    width = (max(each.last_on for each in claims) - min(each.first_on for each in claims)).days + 1
    return days >= MANY_DAYS and days * settings.KPI_SHARDS * 2 >= width * Metric.objects.count()
