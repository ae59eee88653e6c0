"""Negative twins of the bounds that a run has to hold: a broken server, sender or database misses each of them."""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg2
import pytest
import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from opsteam.embedded.ports import LOOPBACK, free_port
from opsteam.embedded.programs import Command, Place
from tests.harness import loads, test_what_the_checker_catches, toys
from tests.harness.broker import Broker
from tests.harness.clients import Access, Door
from tests.harness.crowd import Load
from tests.harness.deployment import ROOT, Deployment, Servers
from tests.harness.faults import SHORT_PLAN, Faults, Record
from tests.harness.history import History, Kind
from tests.harness.judge import Verdict, judge_repeats
from tests.harness.rehearsal import UNKNOWN, differences
from tests.harness.sockets import proxy_to
from tests.harness.verdicts import (
    FIRST_ANSWER_SECONDS,
    GOODPUT_SHARE,
    INGEST_SHARE,
    NEVER_SECONDS,
    SLOW_FACTOR,
    Loads,
    Measured,
    first_answer_seconds,
    ingest_success,
    must_reach,
)

TWINS = {
    "operations recorded": "test_a_run_in_which_nothing_happens_proves_nothing",
    "kills": "test_a_run_in_which_nothing_happens_proves_nothing",
    "programs that ended by themselves": "test_a_program_that_ends_by_itself_is_started_again_and_counted",
    "violations": "test_an_answer_before_the_commit_is_a_lost_write",
    "acknowledged writes lost": "test_an_answer_before_the_commit_is_a_lost_write",
    "acknowledged writes doubled": "test_a_repeated_request_without_its_key_is_a_doubled_write",
    "reminders missing": "test_a_letter_and_a_message_that_were_never_sent_are_missing",
    "reminders repeated": "test_a_sender_without_a_lease_repeats_letters_under_other_ids",
    "reminders repeated without a kill": "test_a_letter_sent_again_though_nothing_had_come_between_is_found",
    "reminders repeated under another Message-ID": "test_a_sender_without_a_lease_repeats_letters_under_other_ids",
    "webhook messages missing": "test_a_letter_and_a_message_that_were_never_sent_are_missing",
    "seconds from the last kill to right roll-ups": "test_work_that_nobody_sweeps_is_late",
    "seconds to the first good answer of PostgreSQL": (
        "test_a_server_that_keeps_its_dead_connection_never_answers_well_again"
    ),
    "share of ingest that succeeds while Redis is away": (
        "test_a_server_that_waits_for_a_hung_redis_takes_nothing_in"
    ),
    "share of the peak goodput at 5 times the load": "test_a_server_that_lets_everybody_wait_answers_nobody",
    "impolite refusals at 5 times the load": "test_a_server_that_lets_everybody_wait_answers_nobody",
    "factor on the p95 beside 50 slow clients": "test_a_server_of_one_client_at_a_time_is_stopped_by_slow_ones",
    "differences after a restore": "test_differences_are_read_from_what_the_command_said",
}


def test_every_bound_has_a_twin_that_misses_it() -> None:
    assert set(TWINS) == {each["name"] for each in must_reach(nothing(), kills=0)}
    tests = {**vars(test_what_the_checker_catches), **globals()}
    assert set(TWINS.values()) <= set(tests)


def nothing() -> Measured:
    """A run in which nobody did anything."""
    none = Load(good=0, polite=0, impolite=0, seconds=1)
    found = Loads(none, none, loads.Waits(quiet_p95=0.01, beside_slow_p95=0.01))
    return Measured(History(), Record(), Verdict(), NEVER_SECONDS, found, UNKNOWN)


def test_a_run_in_which_nothing_happens_proves_nothing() -> None:
    missed = {each["name"] for each in must_reach(nothing(), kills=0) if not each["holds"]}
    assert {
        "operations recorded",
        "kills",
        "seconds from the last kill to right roll-ups",
        "seconds to the first good answer of PostgreSQL",
        "share of ingest that succeeds while Redis is away",
        "share of the peak goodput at 5 times the load",
        "differences after a restore",
    } == missed


class OneProgram(Deployment):
    """A deployment of nothing but this."""

    def __init__(self, program: Command) -> None:
        self.webs, self.workers, self.beats = [], [program], []
        self.revived, self._said_before = Counter(), {}


def test_a_program_that_ends_by_itself_is_started_again_and_counted(tmp_path: Path) -> None:
    program = Command(
        Place(ROOT, dict(os.environ), tmp_path / "worker-1.log"), "timeit", "-n", "1", "-r", "1"
    )
    deployment = OneProgram(program)
    deployment.launch(program)
    assert program.process is not None
    first = program.process.pid
    program.process.wait()
    deployment.revive()
    assert program.process.pid != first
    program.stop()
    measured = nothing()
    measured.record.revived = deployment.revived
    assert "programs that ended by themselves" in {
        each["name"] for each in must_reach(measured, kills=0) if not each["holds"]
    }


NO_LOAD = Load(good=0, polite=0, impolite=0, seconds=1)


@contextmanager
def toy(kind: str) -> Iterator[Access]:
    """One of the small servers, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.harness.toys", kind, str(port)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        access = Access(port, "none", "", 0)
        deadline = time.monotonic() + 30
        while Door(access).ask("GET", "/").status is None:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield access
        server.kill()


def share_of_capacity(kind: str) -> tuple[float, Load]:
    """The goodput at five times what the server can do, and all that became of the requests."""
    with toy(kind) as access:
        load = loads.overload(access, rate=loads.TIMES * toys.CAPACITY, seconds=3)
    return load.goodput / toys.CAPACITY, load


def test_a_server_that_lets_everybody_wait_answers_nobody() -> None:
    with ThreadPoolExecutor(2) as pool:
        (ours, politely), (theirs, rudely) = pool.map(share_of_capacity, ("refusing", "patient"))
    assert ours >= GOODPUT_SHARE
    assert politely.polite > 0
    assert politely.impolite == 0
    assert theirs < GOODPUT_SHARE
    assert rudely.impolite > 0


@pytest.mark.parametrize(("kind", "holds"), [("refusing", True), ("one_by_one", False)])
def test_a_server_of_one_client_at_a_time_is_stopped_by_slow_ones(kind: str, holds: bool) -> None:
    # Three turns: the other tests of this machine delay a good server now and then, slow clients a bad one always.
    with toy(kind) as access:
        turns = (loads.waits(access, requests=40 if holds else 4, timeout_seconds=0.3) for _ in range(3))
        assert any(Loads(NO_LOAD, NO_LOAD, waits).slow_factor <= SLOW_FACTOR for waits in turns) == holds


@contextmanager
def door_to(work: Callable[[], None]) -> Iterator[Door]:
    """A client of a server that does this for every request: 201, or 503 where it raises."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                work()
            except (psycopg2.Error, redis.RedisError):
                self.send_response(503)
            else:
                self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Silence."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: object) -> None:
            """Silence: at the end somebody still waits for what is gone."""

    server = Server((LOOPBACK, 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield Door(Access(server.server_address[1], "none", "", 0), timeout_seconds=0.5)
    finally:
        server.shutdown()
        server.server_close()


def ask(door: Door, history: History, times: int) -> None:
    """So many pushes, one after the other."""
    for _ in range(times):
        operation = history.begin(Kind.PUSH)
        answer = door.ask("POST", "/")
        operation.tried(answer.outcome, answer.status)
        time.sleep(0.02)


@pytest.mark.parametrize(("waits", "holds"), [(0.1, True), (None, False)])
def test_a_server_that_waits_for_a_hung_redis_takes_nothing_in(waits: float | None, holds: bool) -> None:
    broker = Broker(settings.REDIS_URL)
    with proxy_to(*broker.address) as proxy:
        hung = redis.Redis.from_url(
            broker.through(proxy.port), socket_timeout=waits, retry=Retry(NoBackoff(), 0)
        )

        def take_in() -> None:
            try:
                hung.rpush("harness", "x")
            except redis.TimeoutError:
                if not holds:
                    raise

        history, record = History(), Record()
        with door_to(take_in) as door:
            ask(door, history, 2)
            since = time.monotonic()
            proxy.hung.set()
            ask(door, history, 3)
            record.redis_windows.append((since, time.monotonic()))
        assert (ingest_success(history, record) >= INGEST_SHARE) == holds
        hung.close()


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A PostgreSQL that can be killed."""
    servers = Servers(tmp_path_factory.mktemp("bounds"))
    servers.disk.directory.mkdir()
    servers.postgres.start()
    yield servers
    servers.postgres.stop()


@pytest.mark.parametrize(("reconnects", "holds"), [(True, True), (False, False)])
def test_a_server_that_keeps_its_dead_connection_never_answers_well_again(
    servers: Servers, reconnects: bool, holds: bool
) -> None:
    kept = [psycopg2.connect(servers.postgres.url)]

    def read() -> None:
        try:
            kept[0].cursor().execute("SELECT 1")
        except psycopg2.Error:
            if reconnects:
                kept[0] = psycopg2.connect(servers.postgres.url)
            raise

    history, record = History(), Record()
    with door_to(read) as door:
        ask(door, history, 2)
        servers.crash_postgres()
        record.postgres_returned_at.append(servers.return_postgres())
        ask(door, history, 5)
    assert (first_answer_seconds(history, record) <= FIRST_ANSWER_SECONDS) == holds
    kept[0].close()


def letters(*message_ids: str) -> list[EmailMessage]:
    """Letters as the mail server took them."""
    found = []
    for message_id in message_ids:
        letter = EmailMessage()
        letter["Message-ID"] = message_id
        found.append(letter)
    return found


@pytest.mark.parametrize(
    ("killed_at", "found"),
    [
        (5.2, []),
        (4.8, []),
        (9.0, ["<a@test>, 4.0 s from the nearest fault"]),
        (3.5, ["<a@test>, 1.5 s from the nearest fault"]),
    ],
)
def test_a_letter_sent_again_though_nothing_had_come_between_is_found(
    killed_at: float, found: list[str]
) -> None:
    verdict = Verdict()
    taken = letters("<a@test>", "<b@test>", "<a@test>")
    judge_repeats(verdict, taken, [5.0, 6.0, 65.0], [(killed_at, killed_at)])
    assert verdict.letters_repeated_in_calm == found
    assert len(verdict.violations(kills=1)) == len(found)


def test_differences_are_read_from_what_the_command_said() -> None:
    """That the command finds them is shown in tests/operating/test_backup_and_restore.py."""
    assert differences("Verified: 0 differences.\n", status=0) == 0
    assert differences("calls 2026-01-05: n 1, by the facts 2\n1 differences.\n", status=1) == 1
    assert differences("Verified: 0 differences.\n", status=1) == UNKNOWN
    assert differences("The file is damaged.\n", status=1) == UNKNOWN


def test_the_short_form_of_a_run_has_a_fault_of_every_kind() -> None:
    kinds = {name for name in vars(Faults) if not name.startswith("_") and name not in {"run", "record"}}
    assert set(SHORT_PLAN) == kinds
    assert sum(name.endswith("_killed") for name in SHORT_PLAN) >= 20
