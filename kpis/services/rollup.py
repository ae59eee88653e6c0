"""From the dirty log to day cells: always recomputed from the facts, never by adding differences."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from common.locks import LockSpace, try_lock
from common.queue import enqueue
from kpis.models import DirtyRange
from kpis.services.partitions import tidy_partitions
from kpis.services.recompute_sql import CLAIM, PUT_BACK, RECOMPUTE

CLAIMED_RANGES = 2_000
DAYS_AT_ONCE = 3_000
SECONDS_PER_JOB = 30
SETTLED_SECONDS = 1
# A worker that has just found nothing holds the lock for a moment more; what was committed then must not be missed.
# A worker that holds it for longer will claim once more.
WAITS_SECONDS = (0.05, 0.1)
Range = tuple[int, date, date]


class Idle(Enum):
    """Why a round did nothing."""

    CLEAN = "no day is dirty"
    TAKEN = "another worker is at it"


def nudge(metric_ids: Iterable[int]) -> None:
    """The workers hear on commit which shards have work; a lost hint costs only the time to the next sweep."""
    for shard in sorted({metric_id % settings.KPI_SHARDS for metric_id in metric_ids}):
        enqueue("kpis.recompute_shard", shard=shard)


def recompute_shard(shard: int) -> int:
    """The shard is clean, or another worker is at it, or the time of one job is over; returns the cells that changed.

    Each round is one transaction: a crash rolls back and leaves its log rows to the next.
    """
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
        else:
            changed += cells
    enqueue("kpis.recompute_shard", shard=shard)
    return changed


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


@transaction.atomic
def _recompute_once(shard: int) -> int | Idle:
    """The lock, the claim and the recompute are statements of their own, so that each sees what came before it."""
    if not try_lock(LockSpace.KPI_SHARD, shard):
        return Idle.TAKEN
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [shard, CLAIMED_RANGES])
        claimed = cursor.fetchall()
        if not claimed:
            return Idle.CLEAN
        now, later = _split(_merged(claimed))
        if later:
            cursor.execute(PUT_BACK, {"shard": shard, **_named(later)})
        bounds = {"first": min(first for _, first, _ in now), "last": max(last for _, _, last in now)}
        cursor.execute(RECOMPUTE, {**_named(now), **bounds})
        return int(cursor.fetchone()[0])


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """The same days without overlaps."""
    by_metric: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for metric_id, first, last in sorted(ranges):
        islands = by_metric[metric_id]
        if islands and first <= islands[-1][1] + timedelta(days=1):
            islands[-1] = (islands[-1][0], max(last, islands[-1][1]))
        else:
            islands.append((first, last))
    return [(metric_id, *island) for metric_id, islands in by_metric.items() for island in islands]


def _split(ranges: Sequence[Range]) -> tuple[list[Range], list[Range]]:
    """As many days as one transaction may take, and the rest."""
    now: list[Range] = []
    later: list[Range] = []
    room = DAYS_AT_ONCE
    for metric_id, first, last in ranges:
        days = (last - first).days + 1
        if room <= 0:
            later.append((metric_id, first, last))
        elif days <= room:
            now.append((metric_id, first, last))
        else:
            cut = first + timedelta(days=room)
            now.append((metric_id, first, cut - timedelta(days=1)))
            later.append((metric_id, cut, last))
        room -= days
    return now, later


def _named(ranges: Sequence[Range]) -> dict[str, Any]:
    metrics, firsts, lasts = zip(*ranges, strict=True)
    return {"metrics": list(metrics), "firsts": list(firsts), "lasts": list(lasts)}
