"""Facts in and cells made of them: ingest, full roll-up, refresh."""

import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from bench.facts import (
    WIDE,
    ZONE,
    Company,
    add_metrics,
    copy_facts,
    found_company,
    months_exist,
    run,
    write_facts,
)
from bench.report import Row, cost, limit, of_full, seconds, share
from bench.rolling import Workers
from bench.sizes import Size
from kpis.models import DayCell, DirtyRange, Metric
from kpis.services.rollup import has_many_days
from kpis.services.statistics import refresh_statistics

GROUP_BY_DAY = f"""
SELECT count(*) FROM (
    SELECT metric_id, (occurred_at AT TIME ZONE '{ZONE}')::date AS day,
        count(*), sum(value), min(value), max(value)
    FROM kpis_measurement GROUP BY 1, 2) AS grouped
"""
ROWS_A_REQUEST = 10_000
LOG_TRIGGER = "ALTER TABLE kpis_measurement {verb} TRIGGER kpis_2_log_inserted"
LATE = """
INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)
SELECT m.ids[1 + (hashint8(i) & 2147483647) %% cardinality(m.ids)], 'late:' || i,
    %(first)s::timestamp AT TIME ZONE 'UTC'
        + ((hashint8(i * 31) & 2147483647) %% (%(days)s * 1440)) * interval '1 minute', 7
FROM generate_series(1::bigint, %(number)s) AS i
CROSS JOIN (SELECT array_agg(id) AS ids FROM kpis_metric WHERE key LIKE 'wide-%%') AS m
"""
CHANGED = """
UPDATE kpis_measurement SET value = value + 1
WHERE occurred_at >= %(since)s AND metric_id IN (SELECT id FROM kpis_metric WHERE key LIKE 'wide-%%')
"""
ONE_FACT = """
INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)
SELECT id, 'one-late-fact', %(at)s, 1 FROM kpis_metric WHERE key = 'wide-0'
"""


def rows(size: Size, _data: Path) -> Iterator[Row]:
    """Loads the wide facts and leaves them, rolled up, for the parts that read."""
    company = found_company("wide")
    months_exist(size)
    yield from _ingest(size)
    add_metrics(company, "wide", size.metrics)
    path = write_facts(WIDE, company, size, size.facts_each)
    loading = seconds(lambda: copy_facts(path))
    yield limit(f"COPY of {size.facts:,} facts with every trigger", size.facts / loading, "rows/s")
    path.unlink()
    run("VACUUM ANALYZE kpis_measurement")
    run("VACUUM ANALYZE kpis_sourcekey")
    with Workers() as workers:
        yield from _roll_ups(size, workers)


def _roll_ups(size: Size, workers: Workers) -> Iterator[Row]:
    grouping = seconds(lambda: run(GROUP_BY_DAY), times=3)
    full = seconds(workers.roll_up)
    yield of_full(
        size, cost("full roll-up into day cells, moments, beside one GROUP BY day", full, "s", grouping, 3)
    )
    run("VACUUM ANALYZE kpis_daycell")
    run(LATE, {"first": size.first_on, "days": size.days, "number": size.facts // 100})
    late = seconds(workers.roll_up)
    yield of_full(size, cost("refresh after 1 % scattered late facts", late, "s", grouping, 3))
    run(CHANGED, {"since": datetime.combine(size.last_on - timedelta(days=3), datetime.min.time(), UTC)})
    recent = seconds(workers.roll_up)
    yield of_full(size, cost("refresh after changes in the last 4 days", recent, "s", grouping, 0.5))
    yield from _one_late_fact(size, workers)
    Metric.objects.filter(key__startswith="wide-").update(keeps_percentiles=True)
    sketched = seconds(workers.roll_up)
    yield of_full(size, cost("full roll-up with percentile state", sketched, "s", grouping, 8))
    run("VACUUM ANALYZE kpis_daycell")


def _one_late_fact(size: Size, workers: Workers) -> Iterator[Row]:
    """Three years before the last fact of its metric: what it costs is its one cell."""
    before = run("SELECT coalesce(max(version), 0) FROM kpis_daycell")[0][0]
    at = datetime.combine(size.last_on - timedelta(days=3 * 365), datetime.min.time(), UTC)
    run(ONE_FACT, {"at": at + timedelta(hours=6)})
    taken = seconds(workers.roll_up)
    touched = DayCell.objects.filter(version__gt=before).count()
    yield limit("cells recomputed for one fact that is three years late", touched, "cells", at_most=1)
    yield limit("time for it", taken * 1000, "ms")
    shard = DirtyRange.shard_of(Metric.objects.get(key="wide-0").pk)
    looking = seconds(lambda: has_many_days(shard), 100)
    yield limit("of it: whether so much is dirty that statistics may be old", looking * 1e6, "µs")
    yield limit("what a look at all tables would add", seconds(refresh_statistics, 100) * 1e6, "µs")


def _ingest(size: Size) -> Iterator[Row]:
    """COPY without the dirty log, with it, and the same facts over HTTP; three rounds in turn."""
    company = found_company("pushing")
    metric_ids = add_metrics(company, "pushed", 1)
    bare, logged, pushed = [], [], []
    for number in range(3):
        path = write_facts(WIDE.replace("wide-", "pushed-"), company, size, size.pushed_facts)
        run(LOG_TRIGGER.format(verb="DISABLE"))
        bare.append(seconds(lambda path=path: copy_facts(path)))
        run(LOG_TRIGGER.format(verb="ENABLE"))
        _forget(metric_ids)
        logged.append(seconds(lambda path=path: copy_facts(path)))
        bodies = list(_bodies(metric_ids[0], number))
        _forget(metric_ids)
        pushed.append(_push(company, bodies))
        _forget(metric_ids)
        path.unlink()
    yield cost("bulk load with the roll-up's log, beside without", min(logged), "s", min(bare), 1.35)
    yield share(
        "bulk ingest over the API, beside COPY with the same triggers",
        size.pushed_facts / min(pushed),
        "rows/s",
        size.pushed_facts / min(logged),
        0.35,
    )


def _bodies(metric_id: int, number: int) -> Iterator[bytes]:
    """The stored facts as requests of 10,000 measurements."""
    facts = run(
        "SELECT source_key, occurred_at, value::float8 FROM kpis_measurement WHERE metric_id = %(metric)s"
        " ORDER BY occurred_at",
        {"metric": metric_id},
    )
    for start in range(0, len(facts), ROWS_A_REQUEST):
        measurements: list[dict[str, Any]] = [
            {"source_key": f"{number}-{key}", "occurred_at": at.isoformat(), "value": value}
            for key, at, value in facts[start : start + ROWS_A_REQUEST]
        ]
        yield json.dumps({"measurements": measurements}).encode()


def _push(company: Company, bodies: list[bytes]) -> float:
    """Seconds of all requests through the whole web application, with token, checks and idempotency."""
    from people.choices import Scope
    from people.services import create_token

    _token, secret = create_token(by=company.manager, name="bench", scopes=[Scope.MEASUREMENTS_WRITE])
    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Bearer {secret}"})
    started = time.perf_counter()
    for number, body in enumerate(bodies):
        answer = client.post(
            "/api/v1/metrics/pushed-0/measurements/",
            body,
            content_type="application/json",
            headers={"idempotency-key": f"{os.getpid()}-{started}-{number}"},
        )
        if answer.status_code != 200:
            raise RuntimeError(f"The API answered {answer.status_code}: {answer.content[:300]!r}")
    return time.perf_counter() - started


def _forget(metric_ids: list[int]) -> None:
    run("DELETE FROM kpis_measurement WHERE metric_id = ANY(%(ids)s)", {"ids": metric_ids})
    run("TRUNCATE kpis_dirtyrange")
    run("VACUUM kpis_measurement")
    run("VACUUM kpis_sourcekey")
