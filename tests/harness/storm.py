"""One run of the crash harness: clients and faults at once, then loads, then the judgement."""

import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import Error, connection
from django.db.models.functions import Now
from django.utils import timezone

from goals.models import Goal
from kpis import services as kpis
from kpis.choices import Unit
from kpis.models import DirtyRange
from notifications import services as notifications
from notifications.choices import UNFINISHED, Rule
from notifications.models import Delivery, WebhookDelivery
from notifications.services import webhooks
from people import services as people
from people.choices import Scope
from tests.conftest import Cast, create_cast
from tests.harness import loads
from tests.harness.clients import Access, Program
from tests.harness.deployment import Deployment, Servers
from tests.harness.facts import wrong_cells
from tests.harness.faults import LAST, SHORT_PLAN, Faults, Record
from tests.harness.history import History, Kind, Outcome
from tests.harness.judge import judge, judge_hooks, judge_repeats, subjects_of
from tests.harness.rehearsal import Rehearsal
from tests.harness.verdicts import NEVER_SECONDS, OPERATIONS, SETTLED_SECONDS, Loads, Measured, report

CLIENTS = 8
METRIC = "harness.pushed"
TOLD_VERB = "feedback.opened"
GOALS_AT_FIRST = 10
PEAK_SECONDS, OVERLOAD_SECONDS = 4.0, 8.0
NORMAL_REQUESTS = 240
LONGEST_AFTER_PLAN_SECONDS = 120.0
# A sender that was killed loses its lease after a minute, and the next sweep sends again.
LONGEST_TELLING_SECONDS = 120.0
# The quotas of the API are counted in Redis as always, but nobody reaches them.
VARIABLES = {
    "OPSTEAM_MODE": "production",
    "OPSTEAM_ALLOWED_HOSTS": "127.0.0.1",
    "OPSTEAM_API_LIMIT_PER_TOKEN": "6000000",
    "OPSTEAM_API_LIMIT_PER_ORGANIZATION": "6000000",
}


def run(servers: Servers, *, minutes: float | None, seed: int) -> dict[str, Any]:
    """The report of a run; with `minutes` the plan is repeated for so long."""
    started = time.monotonic()
    cast = create_cast()
    kpis.create_metric(cast.ana, key=METRIC, unit=Unit.COUNT, name_en="Pushed")
    remind_once(cast)
    _token, secret = people.create_token(by=cast.ana, name="chaos", scopes=list(Scope))
    deployment = Deployment(servers, VARIABLES)
    record, history = Record(), History()
    access = Access(deployment.port, secret, METRIC, cast.ben.pk)
    programs = [Program(access, history, seed * 100 + number) for number in range(CLIENTS)]
    webhooks.create_endpoint(by=cast.adam, url=deployment.hooks.url, event_types=[TOLD_VERB])
    rehearsal = Rehearsal(servers, deployment.environment)
    try:
        say("starting web, workers and beats")
        deployment.start()
        faults = Faults(deployment, record, seed)
        _storm(deployment, faults, programs, _plan(minutes), Reviews(cast, history))
        say("no more faults; backing up while clients work")
        rehearsal.back_up()
        _go_on(history, seconds=LONGEST_AFTER_PLAN_SECONDS)
        faults.run(LAST)
        _stop(programs)
        say(f"{len(history.operations)} operations, {sum(record.kills.values())} kills; waiting for roll-ups")
        settled = _seconds_to_right_roll_ups(deployment, record)
        say(f"right {settled:.1f} s after the last kill; measuring loads")
        found = _loads(access)
        say("restoring the backup")
        differences = rehearsal.restore()
        say("waiting for letters and messages")
        _wait_until_told(deployment, history)
        verdict = judge(history, deployment.mail.messages)
        judge_repeats(verdict, deployment.mail.messages, deployment.mail.taken_at, record.disturbances)
        judge_hooks(verdict, deployment.hooks.heard, TOLD_VERB)
        verdict.stale = [read for program in programs for read in program.wrong_reads]
        record.revived = deployment.revived
        measured = Measured(history, record, verdict, settled, found, differences)
    finally:
        deployment.close()
    return report(measured, seconds=time.monotonic() - started)


def say(what: str) -> None:
    """Where the run is, for who watches it."""
    sys.stderr.write(f"chaos {time.strftime('%H:%M:%S')}: {what}\n")


def remind_once(cast: Cast) -> None:
    """Reviews are reminded of on their day and never again, so that no letter waits for another morning."""
    notifications.change_reminder_rule(
        by=cast.adam, kind=Rule.REVIEW_DUE, repeat_every=0, escalate_after=None
    )


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


def _go_on(history: History, *, seconds: float) -> None:
    """A slow machine is given more time for as many operations."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and len(history.operations) < OPERATIONS:
        time.sleep(0.2)


def _stop(programs: list[Program]) -> None:
    for program in programs:
        program.stopping.set()
    for program in programs:
        program.join()


def _add(reviews: Reviews) -> bool:
    try:
        reviews.add()
    except Error:
        connection.close()
        return False
    return True


def _seconds_to_right_roll_ups(deployment: Deployment, record: Record) -> float:
    """From the last kill until every cell says what the facts say; `NEVER_SECONDS` where that takes too long."""
    if not _came_true(deployment, _is_rolled_up, "every roll-up is right", SETTLED_SECONDS):
        return NEVER_SECONDS
    return time.monotonic() - record.last_kill_at


def _wait_until_told(deployment: Deployment, history: History) -> None:
    """Every letter and message has arrived and nothing is left to roll up; where not, the judgement says what."""
    told = [each for each in history.of(Kind.TASK, Kind.GOAL) if each.parent == "told"]
    wanted = {each.subject for each in told if each.outcome == Outcome.OK}

    def done() -> bool:
        for deliveries in (Delivery, WebhookDelivery):
            # What waits for a digest of tomorrow is not late.
            if deliveries.objects.filter(state__in=UNFINISHED, due_at__lte=Now()).exists():
                return False
        told_of = {subject for letter in deployment.mail.messages for subject in subjects_of(letter)}
        return wanted <= told_of and _is_rolled_up()

    _came_true(deployment, done, "everybody was told", LONGEST_TELLING_SECONDS)


def _is_rolled_up() -> bool:
    return not DirtyRange.objects.exists() and wrong_cells() == 0


def _came_true(deployment: Deployment, holds: Callable[[], bool], what: str, seconds: float) -> bool:
    try:
        deployment.wait(holds, what, seconds=seconds)
    except TimeoutError as error:
        say(str(error))
        return False
    return True


def _loads(access: Access) -> Loads:
    """What the server does with too many clients, and with slow ones; the peak is measured before and after."""
    before = loads.peak(access, seconds=PEAK_SECONDS)
    overload = loads.overload(access, rate=loads.TIMES * before.goodput, seconds=OVERLOAD_SECONDS)
    after = loads.peak(access, seconds=PEAK_SECONDS)
    peak = max(before, after, key=lambda load: load.goodput)
    return Loads(peak, overload, loads.waits(access, requests=NORMAL_REQUESTS))
