"""One run of the crash harness: clients and faults at once, then loads, then the judgement."""

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import Error, connection
from django.utils import timezone

from goals.models import Goal
from kpis import services as kpis
from kpis.choices import Unit
from kpis.models import DirtyRange
from notifications.choices import UNFINISHED
from notifications.models import Delivery, WebhookDelivery
from notifications.services import webhooks
from people import services as people
from people.choices import Scope
from tests.conftest import Cast, create_cast
from tests.harness import loads
from tests.harness.clients import Access, Program
from tests.harness.deployment import Deployment, Servers
from tests.harness.facts import wrong_cells
from tests.harness.faults import SHORT_PLAN, Faults, Record
from tests.harness.history import History, Kind, Outcome
from tests.harness.judge import judge, judge_hooks, subjects_of
from tests.harness.verdicts import OPERATIONS, Loads, Measured, report

CLIENTS = 6
METRIC = "harness.pushed"
TOLD_VERB = "task.created"
SETTLING_SECONDS = 120.0
GOALS_AT_FIRST = 10
LOAD_SECONDS = 4.0
LONGEST_AFTER_PLAN_SECONDS = 150.0


def run(servers: Servers, *, minutes: float | None, seed: int) -> dict[str, Any]:
    """The report of a run; with `minutes` the plan is repeated for so long."""
    started = time.monotonic()
    cast = create_cast()
    kpis.create_metric(cast.ana, key=METRIC, unit=Unit.COUNT, name_en="Pushed")
    _token, secret = people.create_token(by=cast.ana, name="chaos", scopes=list(Scope))
    deployment = Deployment(servers, {"OPSTEAM_ALLOWED_HOSTS": "127.0.0.1"})
    record, history = Record(), History()
    access = Access(deployment.port, secret, METRIC, cast.ben.pk)
    programs = [Program(access, history, seed * 100 + number) for number in range(CLIENTS)]
    webhooks.create_endpoint(by=cast.adam, url=deployment.hooks.url, event_types=[TOLD_VERB])
    try:
        deployment.start()
        faults = Faults(deployment, record, seed)
        _storm(deployment, faults, programs, _plan(minutes), Reviews(cast, history))
        settled = _settle(deployment, record, history)
        verdict = judge(history, deployment.mail.messages)
        judge_hooks(verdict, deployment.hooks.heard, TOLD_VERB)
        verdict.stale = [read for program in programs for read in program.wrong_reads]
        measured = Measured(history, record, verdict, settled, _loads(access))
    finally:
        deployment.close()
    return report(measured, seconds=time.monotonic() - started)


class Reviews:
    """Goals whose review is due: ana has to hear of each once."""

    def __init__(self, cast: Cast, history: History) -> None:
        self._cast, self._history = cast, history

    def add(self) -> None:
        """One more, committed."""
        operation = self._history.begin(Kind.GOAL, parent="told")
        today = timezone.now().astimezone(self._cast.organization.zone).date()
        Goal.objects.create(
            organization=self._cast.organization,
            owner=self._cast.ana,
            name_en=operation.subject,
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=300),
            # A working day has come since, whatever the calendar.
            next_review_on=today - timedelta(days=21),
        )
        operation.tried(Outcome.OK, None)


def _plan(minutes: float | None) -> Iterator[str]:
    """The short plan once, or again and again until the time is over."""
    until = None if minutes is None else time.monotonic() + 60 * minutes
    for round_ in count():
        if round_ and (until is None or time.monotonic() > until):
            return
        yield from SHORT_PLAN


def _storm(
    deployment: Deployment, faults: Faults, programs: list[Program], plan: Iterator[str], reviews: Reviews
) -> None:
    for _ in range(GOALS_AT_FIRST):
        reviews.add()
    for program in programs:
        program.start()
    for name in plan:
        faults.run(name)
        # The server this process is connected to may have been killed.
        connection.close()
        deployment.wait(lambda: _add(reviews), "PostgreSQL takes writes of the harness")
    _go_on(programs, seconds=LONGEST_AFTER_PLAN_SECONDS)
    for program in programs:
        program.stopping.set()
    for program in programs:
        program.join()


def _go_on(programs: list[Program], *, seconds: float) -> None:
    """A slow machine is given more time for as many operations."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and len(programs[0].history.operations) < OPERATIONS:
        time.sleep(0.2)


def _add(reviews: Reviews) -> bool:
    try:
        reviews.add()
    except Error:
        connection.close()
        return False
    return True


def _settle(deployment: Deployment, record: Record, history: History) -> float:
    """Seconds from the last kill until every cell is right and every letter is sent; at most the promised ones."""
    told = [each for each in history.of(Kind.TASK, Kind.GOAL) if each.parent == "told"]
    wanted = {each.subject for each in told if each.outcome == Outcome.OK}

    def done() -> bool:
        if DirtyRange.objects.exists() or any(
            deliveries.objects.filter(state__in=UNFINISHED).exists()
            for deliveries in (Delivery, WebhookDelivery)
        ):
            return False
        told_of = {subject for letter in deployment.mail.messages for subject in subjects_of(letter)}
        return wanted <= told_of and wrong_cells() == 0

    try:
        deployment.wait(done, "everything is done", seconds=SETTLING_SECONDS)
    except TimeoutError:
        return SETTLING_SECONDS
    return time.monotonic() - record.last_kill_at


def _loads(access: Access) -> Loads:
    """What the server does with too many clients, and with slow ones."""
    peak = max(
        (loads.offer(access, clients=loads.CLIENTS, seconds=LOAD_SECONDS) for _ in range(2)),
        key=lambda load: load.goodput,
    )
    overload = loads.offer(access, clients=loads.overloading(peak.goodput), seconds=LOAD_SECONDS)
    quiet = loads.p95_seconds(access, requests=150)
    with loads.slow_clients(access.port):
        beside_slow = loads.p95_seconds(access, requests=150)
    return Loads(peak, overload, quiet, beside_slow)
