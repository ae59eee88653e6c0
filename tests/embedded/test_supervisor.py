"""The promises of `make run`, each with real processes."""

import json
import os
import signal
import stat
import time
from collections.abc import Callable

import psycopg2
import pytest

from tests.embedded.installation import Installation, Run, answers, until

pytestmark = [pytest.mark.xdist_group("embedded"), pytest.mark.enable_socket]

CHILDREN = {
    "PostgreSQL": ("postgres", "-D"),
    "Redis": ("redis-server",),
    "web": ("opsteam.serve",),
    "worker": ("celery", "worker"),
    "beat": ("celery", "beat"),
}


def test_each_killed_child_is_started_again_and_the_console_says_so(
    installation: Installation, run: Run
) -> None:
    for name, words in CHILDREN.items():
        killed, heard = installation.process_id(*words), len(run.lines)
        os.kill(killed, signal.SIGKILL)
        run.said(f"{name} was ended by SIGKILL; starting it again now", after=heard)
        run.said(f"{name} is back", after=heard)
        assert installation.process_id(*words) != killed
    until(lambda: answers(run.url), "the first page never came back")


def test_an_interrupt_leaves_no_process_and_loses_nothing(installation: Installation) -> None:
    first = installation.start()
    assert first.url
    _execute(installation, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert first.end(signal.SIGINT) == 0
    assert installation.processes() == {}
    second = installation.start()
    try:
        assert second.url
        assert _execute(installation, "SELECT answer FROM kept") == [(42,)]
        _execute(installation, "DROP TABLE kept")
    finally:
        assert second.end(signal.SIGTERM) == 0
    assert installation.processes() == {}


def test_a_killed_supervisor_leaves_no_process_and_a_sound_database(installation: Installation) -> None:
    first = installation.start()
    assert first.url
    _execute(installation, "CREATE TABLE committed AS SELECT 1 AS one")
    first.end(signal.SIGKILL)
    until(lambda: not installation.processes(), "children outlived their supervisor", within_seconds=20)
    log = (installation.state / "logs" / "postgres.log").read_text()
    assert "database system is shut down" in log.splitlines()[-1]
    second = installation.start()
    try:
        assert second.url
        _execute(installation, "DROP TABLE committed")
    finally:
        assert second.end() == 0


def test_the_second_start_shows_its_first_page_within_seconds(
    installation: Installation, record_property: Callable[[str, object], None]
) -> None:
    begun = time.monotonic()
    second = installation.start()
    try:
        assert answers(second.url)
        took_seconds = time.monotonic() - begun
        record_property("second_start_seconds", round(took_seconds, 1))
        print(f"second start to the first page: {took_seconds:.1f} s")  # noqa: T201 - the number is the point
        assert "Tables" not in second.output
    finally:
        second.end()
    # The promise is 5 s on an idle machine; a test run shares its cores.
    assert took_seconds < 15


def test_a_second_start_in_the_same_directory_names_the_running_one(
    installation: Installation, run: Run
) -> None:
    other = installation.start()
    assert other.end(signal.SIGCONT) == 0
    assert f"opsteam already runs from this directory, at {run.url}." in other.output
    assert answers(run.url)


def test_programs_find_the_demo_in_a_private_file_only_while_it_runs(installation: Installation) -> None:
    demo = {
        "users": [{"email": "a@example.test", "password": "p", "role": "manager", "language": "en"}],
        "api_token": "ops_1_x",
    }
    credentials = installation.state / "demo.json"
    credentials.write_text(json.dumps(demo))
    announced = installation.state / "run.json"
    running = installation.start()
    try:
        url = running.url
        assert json.loads(announced.read_text()) == {"url": url, "pid": running.process.pid, **demo}
        assert stat.S_IMODE(announced.stat().st_mode) == 0o600
        assert "a@example.test" in running.output
    finally:
        running.end()
        credentials.unlink()
    assert not announced.exists()


def test_nothing_secret_is_readable_by_other_users(installation: Installation, run: Run) -> None:
    assert run.url
    readable = [
        path
        for path in installation.state.rglob("*")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077 and "setup" not in path.name
    ]
    assert [path.name for path in readable] == []


def test_two_clones_run_side_by_side(
    installation: Installation, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    neighbour = Installation.copied_to(tmp_path_factory.mktemp("neighbour") / "another clone")
    other = neighbour.start()
    try:
        assert other.url != run.url
        assert answers(other.url)
        assert answers(run.url)
        assert "/setup" in other.said("Set it up here, once: ")
    finally:
        assert other.end() == 0
    assert neighbour.processes() == {}
    assert answers(run.url)


def test_a_taken_port_is_refused_in_a_sentence_and_nothing_stays(
    installation: Installation, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    port = run.url.rpartition(":")[2]
    neighbour = Installation.copied_to(tmp_path_factory.mktemp("port") / "clone")
    refused = neighbour.start(PORT=port)
    assert refused.process.wait(60) == 1
    assert refused.end() == 1
    assert f"Port {port} is taken by another program" in refused.output
    assert "Traceback" not in refused.output
    assert neighbour.processes() == {}


def _execute(installation: Installation, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(installation.database_url())
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()
