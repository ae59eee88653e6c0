"""Negative twins: each way to break a promise, built on purpose, is noticed by the checker of the crash harness."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from kpis import services as kpis
from kpis.choices import Unit
from kpis.models import DirtyRange
from kpis.services.claims import Claim
from kpis.services.recomputing import recompute_claims
from tasks import services as tasks
from tests.architecture.world import taken_back
from tests.conftest import Cast
from tests.harness.deployment import Servers
from tests.harness.history import History, Kind, Operation, Outcome
from tests.harness.judge import Verdict, judge, judge_hooks, judge_letters

pytestmark = pytest.mark.django_db(transaction=True)
METRIC = "harness.pushed"


def done(history: History, kind: Kind, parent: str = "", outcome: Outcome = Outcome.OK) -> Operation:
    """An operation that was told this."""
    operation = history.begin(kind, parent)
    operation.tried(outcome, 201)
    return operation


def push(cast: Cast, subject: str, facts: int = 3) -> None:
    """What a push operation stores."""
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [kpis.MeasurementRow(f"{subject}:{number}", moment, Decimal(number)) for number in range(facts)]
    kpis.ingest_measurements(cast.ana, METRIC, rows)


@pytest.fixture
def metric(cast: Cast) -> None:
    kpis.create_metric(cast.ana, key=METRIC, unit=Unit.COUNT, name_en="Pushed")


def test_a_run_without_a_fault_is_found_right(cast: Cast, metric: None) -> None:
    history = History()
    push(cast, done(history, Kind.PUSH).subject)
    tasks.create_task(by=cast.ana, title="x", description=done(history, Kind.TASK).subject)
    kpis.recompute_all_dirty()
    assert judge(history, []).violations(0) == []


def test_an_answer_before_the_commit_is_a_lost_write(cast: Cast) -> None:
    history = History()
    with taken_back():
        tasks.create_task(by=cast.ana, title="x", description=done(history, Kind.TASK).subject)
    assert judge(history, []).lost == ["op:1"]


def test_a_batch_stored_in_part_is_a_lost_write(cast: Cast, metric: None) -> None:
    history = History()
    push(cast, done(history, Kind.PUSH).subject, facts=2)
    assert judge(history, []).lost == ["op:1"]


def test_a_repeated_request_without_its_key_is_a_doubled_write(cast: Cast) -> None:
    history = History()
    operation = done(history, Kind.TASK)
    for _ in range(2):
        tasks.create_task(by=cast.ana, title="x", description=operation.subject)
    assert judge(history, []).doubled == ["op:1"]


def test_a_refused_write_that_happened_is_found(cast: Cast) -> None:
    history = History()
    operation = done(history, Kind.TASK, outcome=Outcome.FAIL)
    tasks.create_task(by=cast.ana, title="x", description=operation.subject)
    assert judge(history, []).phantom == ["op:1"]


def test_a_change_overwritten_by_an_older_one_is_a_lost_write(cast: Cast) -> None:
    history = History()
    task = tasks.create_task(by=cast.ana, title="x")
    older, newer = (done(history, Kind.CHANGE, str(task.pk)) for _ in range(2))
    for operation in (newer, older):
        tasks.edit_task(by=cast.ana, task_id=task.pk, version=None, title=operation.subject)
    assert len(judge(history, []).lost) == 1


def recompute_and_clear_afterwards(between: Callable[[], None]) -> None:
    """The order read, write, clear: what is committed in between is never read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT metric_id, first_on, last_on, reason, logged_at FROM kpis_dirtyrange")
        claims = [Claim(*row) for row in cursor.fetchall()]
    recompute_claims(claims, most=False)
    between()
    DirtyRange.objects.filter(metric_id__in=[each.metric_id for each in claims]).delete()


def test_a_roll_up_that_clears_after_it_wrote_leaves_wrong_cells(cast: Cast, metric: None) -> None:
    history = History()
    push(cast, done(history, Kind.PUSH).subject)
    recompute_and_clear_afterwards(lambda: push(cast, done(history, Kind.PUSH).subject))
    verdict = judge(history, [])
    assert verdict.wrong_cells > 0
    assert verdict.late_ranges == 0


def test_work_that_nobody_sweeps_is_late(cast: Cast, metric: None) -> None:
    history = History()
    push(cast, done(history, Kind.PUSH).subject)
    assert judge(history, []).late_ranges > 0


def send_without_a_lease(
    unsent: list[str], box: list[EmailMessage], both_have_read: threading.Barrier
) -> None:
    """Reads what is unsent, sends it, and only then takes it off the list."""
    read = list(unsent)
    both_have_read.wait()
    for subject in read:
        letter = EmailMessage()
        letter["Subject"], letter["Message-ID"] = f"Your task: {subject}", f"<{threading.get_ident()}@test>"
        letter.set_content("x")
        box.append(letter)
    unsent.clear()


def test_a_sender_without_a_lease_repeats_letters_under_other_ids() -> None:
    history, box = History(), []
    unsent = [done(history, Kind.TASK, "told").subject]
    given = (unsent, box, threading.Barrier(2))
    senders = [threading.Thread(target=send_without_a_lease, args=given) for _ in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    verdict = Verdict()
    judge_letters(verdict, box, history.of(Kind.TASK))
    assert verdict.letters_repeated == 1
    assert verdict.letters_unmarked == ["op:1"]
    assert len(verdict.violations(kills=0)) == 2


def test_a_letter_and_a_message_that_were_never_sent_are_missing(cast: Cast) -> None:
    history = History()
    tasks.create_task(by=cast.ana, title="x", description=done(history, Kind.TASK, "told").subject)
    verdict = judge(history, [])
    judge_hooks(verdict, {}, "task.created")
    assert verdict.letters_missing == ["op:1"]
    assert len(verdict.hooks_missing) == 1


@pytest.mark.parametrize(("promises", "loses"), [("on", False), ("off", True)])
def test_a_database_that_promises_before_it_has_written_loses_writes_when_it_is_killed(
    tmp_path: Path, promises: str, loses: bool
) -> None:
    servers = Servers(tmp_path)
    servers.disk.directory.mkdir()
    servers.disk.refusal = "not needed here"
    servers.postgres.start()
    try:
        client = psycopg2.connect(servers.postgres.url)
        client.autocommit = True
        cursor = client.cursor()
        cursor.execute("CREATE TABLE promised (number int)")
        cursor.execute(f"SET synchronous_commit = {promises}")
        for number in range(500):
            cursor.execute("INSERT INTO promised VALUES (%s)", [number])
        servers.crash_postgres()
        servers.return_postgres()
        assert (kept_rows(servers.postgres.url) < 500) == loses
    finally:
        servers.postgres.stop()


def kept_rows(url: str) -> int:
    """How many rows there are after the crash."""
    client = psycopg2.connect(url)
    cursor = client.cursor()
    cursor.execute("SELECT count(*) FROM promised")
    (number,) = cursor.fetchone() or (0,)
    client.close()
    return int(number)
