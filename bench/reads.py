"""Numbers out: series, dashboards and the present state, beside the best plain SQL over the facts."""

import json
import statistics
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.facts import (
    DASHBOARD,
    DASHBOARD_METRICS,
    ZONE,
    Company,
    add_metrics,
    copy_facts,
    found_company,
    months_exist,
    run,
    write_facts,
)
from bench.home import home_page
from bench.report import Row, limit, of_full, seconds, speedup
from bench.rolling import Workers
from bench.sizes import Size
from kpis import selectors, services
from kpis.choices import Grain
from kpis.models import Kpi, Metric
from kpis.selectors.definitions import defined_kpis
from kpis.selectors.histories import histories

RAW_SERIES = f"""
SELECT (occurred_at AT TIME ZONE '{ZONE}')::date AS day, count(*), sum(value) FROM kpis_measurement
WHERE metric_id = %(metric)s AND occurred_at >= %(since)s AND occurred_at < %(until)s GROUP BY 1 ORDER BY 1
"""
GROUP_ALL = f"""
SELECT count(*) FROM (
    SELECT metric_id, (occurred_at AT TIME ZONE '{ZONE}')::date AS day, count(*), sum(value)
    FROM kpis_measurement GROUP BY 1, 2) AS grouped
"""
RAW_LATEST = """
SELECT k.id, latest.value, t.value FROM kpis_kpi AS k
JOIN kpis_kpidefinition AS d ON d.kpi_id = k.id
CROSS JOIN LATERAL (
    SELECT value FROM kpis_measurement WHERE metric_id = d.metric_id ORDER BY occurred_at DESC LIMIT 1) AS latest
CROSS JOIN LATERAL (
    SELECT value FROM kpis_kpitarget WHERE kpi_id = k.id ORDER BY starts_on DESC LIMIT 1) AS t
WHERE k.key LIKE 'wide-%%'
"""
RAW_MONTHS = f"""
SELECT metric_id, date_trunc('month', occurred_at AT TIME ZONE '{ZONE}'), count(*), sum(value)
FROM kpis_measurement WHERE metric_id = ANY(%(metrics)s) GROUP BY 1, 2
"""
BLOCKS = ("Shared Hit Blocks", "Shared Read Blocks")
ROUNDS = 15


def rows(size: Size, _data: Path) -> Iterator[Row]:
    """Reads what the roll-up part left; loads the dashboard's facts."""
    wide = _company_of_wide_facts(size)
    yield from _series(wide, size)
    yield from _states(wide, size)
    yield from _dashboard(size)


def _company_of_wide_facts(size: Size) -> Company:
    metric = Metric.objects.filter(key="wide-0").select_related("organization").first()
    if metric is None:
        raise RuntimeError("The part `rollup` loads the facts that `reads` reads: name both.")
    from people.models import Membership

    return Company(metric.organization, Membership.objects.get(organization=metric.organization))


def _series(company: Company, size: Size) -> Iterator[Row]:
    first_on = size.last_on - timedelta(days=89)

    def read() -> Any:
        return selectors.series(company.manager, "wide-7", Grain.DAY, first_on, size.last_on)

    metric = Metric.objects.get(organization=company.organization, key="wide-7")
    bounds = {
        "metric": metric.pk,
        "since": _midnight(first_on),
        "until": _midnight(size.last_on + timedelta(days=1)),
    }
    raw = _database_seconds(lambda: run(RAW_SERIES, bounds))
    cells = _cells_seconds(read)
    name = "90 days from cells, beside the facts by their best index"
    yield of_full(size, speedup(name, cells * 1000, "ms", raw * 1000, 5))
    everything = seconds(lambda: run(GROUP_ALL), times=3)
    name = "90 days from cells, beside grouping all facts"
    yield of_full(size, speedup(name, cells * 1000, "ms", everything * 1000, 200))
    yield limit(
        "the whole call for it: targets, freshness, ETag and points", seconds(read, ROUNDS) * 1000, "ms"
    )
    yield limit("blocks of cells it touches, whatever the table holds", _blocks(read), "blocks", at_most=50)


def _states(company: Company, size: Size) -> Iterator[Row]:
    services.judge_kpis(company.organization.pk)

    def read() -> Any:
        return list(selectors.states(company.manager)[:200])

    with CaptureQueriesContext(connection) as captured:
        read()
    yield limit(
        "queries for the latest value, target and status of 200 KPIs", len(captured), "queries", at_most=1
    )
    raw = _database_seconds(lambda: run(RAW_LATEST))
    ours = _database_seconds(read)
    name = "latest value, target and status of 200 KPIs, beside raw"
    yield of_full(size, speedup(name, ours * 1000, "ms", raw * 1000, 3))


def _dashboard(size: Size) -> Iterator[Row]:
    company = found_company("dashboard")
    months_exist(size)
    metric_ids = add_metrics(company, "dashboard", DASHBOARD_METRICS)
    path = write_facts(DASHBOARD, company, size, size.dashboard_facts // DASHBOARD_METRICS)
    copy_facts(path)
    path.unlink()
    with Workers() as workers:
        workers.roll_up()
    run("VACUUM ANALYZE kpis_measurement")
    run("VACUUM ANALYZE kpis_daycell")
    kpis = defined_kpis(Kpi.objects.filter(organization=company.organization))
    first_on = (size.last_on - timedelta(days=364)).replace(day=1)

    def read() -> Any:
        return histories(kpis, Grain.MONTH, first_on, size.last_on)

    raw = seconds(lambda: run(RAW_MONTHS, {"metrics": metric_ids}), times=3)
    ours = seconds(read, ROUNDS)
    name = "12 KPIs × 12 months, with their intervals, beside grouping the facts"
    yield of_full(size, speedup(name, ours, "s", raw, 20))
    cards = seconds(lambda: selectors.cards(company.manager), times=5)
    yield limit("cards of 12 KPIs over 52 weeks", cards * 1000, "ms")
    yield from home_page(company)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(ZONE))


def _database_seconds(action: Callable[[], Any]) -> float:
    """The median time that the server and the wire need for the action's statements."""
    return statistics.median(sum(_statement_seconds(action)) for _ in range(ROUNDS))


def _cells_seconds(action: Callable[[], Any]) -> float:
    """As `_database_seconds`, of the statement that reads the cells' states only."""
    return statistics.median(
        sum(_statement_seconds(action, lambda sql: "width_bucket" in sql)) for _ in range(ROUNDS)
    )


def _statement_seconds(
    action: Callable[[], Any], chosen: Callable[[str], bool] = lambda _sql: True
) -> list[float]:
    taken: list[float] = []

    def timed(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        result: list[Any] = []
        spent = seconds(lambda: result.append(execute(sql, parameters, many, context)))
        if chosen(sql):
            taken.append(spent)
        return result[0]

    with connection.execute_wrapper(timed):
        action()
    return taken


def _blocks(action: Callable[[], Any]) -> int:
    """How many blocks the statements over cells touch, by EXPLAIN."""
    statements: list[tuple[str, Any]] = []

    def noted(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if "width_bucket" in sql:
            statements.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(noted):
        action()
    blocks = 0
    for sql, parameters in statements:
        found = run(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters)[0][0]
        plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        blocks += sum(plan[name] for name in BLOCKS)
    return blocks
