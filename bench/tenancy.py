"""What row-level security costs: the same requests and jobs as the owner of the tables and behind the wall."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.facts import Company, add_metrics, copy_facts, found_company, months_exist, run, write_facts
from bench.report import Row, cost, limit
from bench.sizes import Size

ROUNDS = 40
HEAVY_ROUNDS = 5
COMPANIES = 3
TASKS = 5_000
METRICS = 100
FACTS_EACH = 400
PUSHED = 5_000
FACTS = """
SELECT m.id, 'r:' || i, (%(first)s::date + ((i * %(days)s::bigint) / %(each)s)::int)::timestamp AT TIME ZONE 'UTC',
    1 + (hashint8(i * 31 + m.id) & 2147483647) %% 50, NULL::bigint, ''
FROM generate_series(0::bigint, %(each)s - 1) AS i CROSS JOIN kpis_metric AS m
WHERE m.organization_id = %(organization)s AND m.key LIKE 'walled-%%'
"""
OWNER, WEB, WORKER = "NONE", "opsteam_web", "opsteam_worker"


def rows(size: Size, _data: Path) -> Iterable[Row]:
    """A list, a series, a bulk push, a roll-up, and what telling the organization takes."""
    companies = [_company(size, f"walled-{number}") for number in range(COMPANIES)]
    for role in (WEB, WORKER):
        run(f"GRANT {role} TO CURRENT_USER")
    yield from _requests(size, companies[0])
    yield from _roll_up(companies[0])
    yield from _telling(companies)


def _company(size: Size, slug: str) -> Company:
    from kpis.services import recompute_all_dirty
    from tasks.models import Task

    company = found_company(slug)
    add_metrics(company, "walled", METRICS)
    months_exist(size)
    path = write_facts(FACTS, company, size, FACTS_EACH)
    copy_facts(path)
    path.unlink()
    recompute_all_dirty()
    Task.objects.bulk_create(
        Task(organization=company.organization, title=f"Task {number}") for number in range(TASKS)
    )
    run("ANALYZE")
    return company


def _requests(size: Size, company: Company) -> Iterator[Row]:
    from django.test import Client

    from people.choices import Scope
    from people.services import create_token

    client = Client(SERVER_NAME="localhost")
    _token, secret = create_token(by=company.manager, name="bench", scopes=list(Scope))
    headers = {"Authorization": f"Bearer {secret}"}
    since = size.last_on - timedelta(days=89)
    asked = {
        "an API list of 50 tasks of 15,000": "/api/v1/tasks/?state=open&limit=50",
        "90 days of a KPI through the API": (
            f"/api/v1/kpis/walled-7/series/?grain=day&from={since}&to={size.last_on}"
        ),
        "the list of 100 KPIs through the API": "/api/v1/kpis/",
    }
    for name, path in asked.items():

        def get(path: str = path) -> None:
            answer = client.get(path, headers=headers)
            assert answer.status_code == 200, answer.content

        owner, walled = _alternating(get, WEB, ROUNDS)
        yield cost(f"{name}, behind the wall", walled * 1000, "ms", owner * 1000, 1.1)
    pushes = iter(range(10_000))

    def push() -> None:
        start, number = datetime(2026, 1, 1, tzinfo=UTC), next(pushes)
        body = [
            {
                "source_key": f"{number}-{n}",
                "occurred_at": (start + timedelta(minutes=n)).isoformat(),
                "value": n,
            }
            for n in range(PUSHED)
        ]
        answer = client.post(
            "/api/v1/metrics/walled-7/measurements/",
            json.dumps({"measurements": body}),
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code in {200, 201}, answer.content

    owner, walled = _alternating(push, WEB, HEAVY_ROUNDS)
    yield cost(f"a push of {PUSHED:,} measurements, behind the wall", walled * 1000, "ms", owner * 1000, 1.25)


def _roll_up(company: Company) -> Iterator[Row]:
    from common.tenancy import across_organizations
    from kpis.services import recompute_all_dirty

    def roll_up() -> None:
        run(
            "INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on) SELECT metric_id, kpis_shard(metric_id),"
            " min(day), max(day) FROM kpis_daycell AS c JOIN kpis_metric AS m ON m.id = c.metric_id"
            " WHERE m.organization_id = %(organization)s GROUP BY 1",
            {"organization": company.organization.pk},
        )
        with across_organizations():
            recompute_all_dirty()

    with across_organizations():
        owner, walled = _alternating(roll_up, WORKER, HEAVY_ROUNDS)
    days = METRICS * FACTS_EACH
    yield cost(
        f"a roll-up of {days:,} facts, with a worker's rights", walled * 1000, "ms", owner * 1000, 1.25
    )


def _telling(companies: list[Company]) -> Iterator[Row]:
    """One statement after another in the same organization, and in another one each time."""
    from common.tenancy import acting_for

    def ask(ids: list[int]) -> None:
        for number in range(200):
            with acting_for(ids[number % len(ids)]):
                run("SELECT 1")

    ids = [company.organization.pk for company in companies]
    same = statistics.median(_seconds(lambda: ask(ids[:1])) for _ in range(ROUNDS)) / 200
    other = statistics.median(_seconds(lambda: ask(ids)) for _ in range(ROUNDS)) / 200
    yield cost("a statement that tells another organization", other * 1e6, "µs", same * 1e6, 2)
    yield limit("what telling adds to it", (other - same) * 1e6, "µs")


def _alternating(action: Callable[[], None], role: str, rounds: int) -> tuple[float, float]:
    """Seconds of the action as the owner and as the role, taken in turns so that both see the same machine."""
    found: dict[str, list[float]] = {OWNER: [], role: []}
    action()
    for _ in range(rounds):
        for each, taken in found.items():
            with _as(each):
                taken.append(_seconds(action))
    return statistics.median(found[OWNER]), statistics.median(found[role])


@contextmanager
def _as(role: str) -> Iterator[None]:
    run(f"SET ROLE {role}")
    try:
        yield
    finally:
        run("RESET ROLE")


def _seconds(action: Callable[[], None]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
