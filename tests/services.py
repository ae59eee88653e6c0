"""A pytest plugin: a private PostgreSQL and Redis for the run, before Django reads its settings.

Loaded by `-p tests.services` in pyproject.toml, so run the tests as `python -m pytest`. With TEST_DATABASE_URL and
TEST_REDIS_URL set, those servers are used instead.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import psycopg2
import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from opsteam.embedded.postgres import EmbeddedPostgres
from opsteam.embedded.redis import EmbeddedRedis
from tests.architecture.source import APPS

SHARED_STAGES = ("tests/browser/", "tests/embedded/", "tests/hostile/", "tests/seed/year/")
# What takes longest, in this order: begun at the end, one worker would be left alone with it.
LONGEST = (
    "tests/hostile/",
    "tests/browser/",
    "tests/embedded/",
    "tests/harness/",
    "tests/tenancy/test_canary.py",
    "tests/architecture/",
    "tests/importing/test_real_files.py",
    "tests/importing/test_large_and_interrupted.py",
    "tests/importing/test_real_points.py",
    "tests/operating/test_backup_and_restore.py",
    "tests/seed/",
    # These mostly wait, which others can use.
    "tests/outbound/",
    "tests/queue/",
    "tests/webhooks/",
    "tests/api/",
)
# What is told to a Django that shall load its settings and no more.
NOWHERE = {
    EmbeddedPostgres: "postgresql://nobody@127.0.0.1:1/nowhere",
    EmbeddedRedis: "redis://127.0.0.1:1/0",
}

SETTINGS = {
    "OPSTEAM_MODE": "test",
    "OPSTEAM_SECRET_KEY": "only-for-tests-" + "x" * 40,
    "OPSTEAM_SITE_URL": "http://testserver",
    "OPSTEAM_ALLOWED_HOSTS": "testserver",
}

PROJECT = Path(__file__).resolve().parent.parent
# Where a server with all tables lies, for every run and worker to begin with a copy.
MADE = "OPSTEAM_TEST_TABLES"
TEMPLATE = "migrated"
DEMO = "demo"
KEPT = PROJECT / "build" / "test-servers"
SECONDS_IN_USE = 3_600

_started: list[EmbeddedPostgres | EmbeddedRedis] = []
_directories: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start the servers and name them to Django.

    Each xdist worker has its own, because an open transaction holds back the followers of the event log in every
    database of its server. The controller runs no test.
    """
    options = early_config.known_args_namespace
    is_controller = bool(getattr(options, "numprocesses", None)) and "PYTEST_XDIST_WORKER" not in os.environ
    directory = Path(tempfile.mkdtemp(prefix="opsteam-test-"))
    _directories.append(directory)
    os.environ |= SETTINGS
    os.environ["OPSTEAM_STATE_DIR"] = str(directory)
    if "TEST_DATABASE_URL" not in os.environ and MADE not in os.environ:
        os.environ[MADE] = str(server_with_tables(directory / "made"))
    os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _start(
        EmbeddedPostgres(directory / "postgres", fast=True), unless=is_controller
    )
    os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or _start(
        EmbeddedRedis(directory / "redis", fast=True), unless=is_controller
    )
    return (yield)


def server_with_tables(directory: Path) -> Path:
    """A stopped server with the database `TEMPLATE`: made in `directory` where migrations are new, and kept then."""
    made_of = [*PROJECT.glob("*/migrations/*.py"), PROJECT / "requirements" / "run.txt"]
    return _kept("tables", made_of, directory, _make_tables)


def directory_with_demo(directory: Path) -> Path:
    """What `make_demo` leaves: made in `directory` where a line of ours or the day is new, and kept then."""
    return _kept(
        f"demo-{datetime.now(UTC):%Y%m%d}",
        [path for app in APPS for path in PROJECT.glob(f"{app}/**/*.py")],
        directory,
        make_demo,
    )


def _kept(name: str, made_of: list[Path], directory: Path, make: Callable[[Path], None]) -> Path:
    digest = sha256(b"".join(path.read_bytes() for path in sorted(made_of))).hexdigest()
    kept = KEPT / f"{name}-{digest[:16]}"
    if not kept.exists():
        make(directory)
        KEPT.mkdir(parents=True, exist_ok=True)
        for older in KEPT.iterdir():
            if older.stat().st_mtime < time.time() - SECONDS_IN_USE:
                shutil.rmtree(older, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix="draft-", dir=KEPT)) / "made"
        subprocess.run(["cp", "--archive", directory, draft], check=True)
        # Another run may have been quicker with the same.
        with suppress(OSError):
            draft.rename(kept)
        shutil.rmtree(draft.parent)
    os.utime(kept)
    return kept


def _make_tables(directory: Path) -> None:
    """A stopped server, in which the database `TEMPLATE` has had all migrations."""
    server = EmbeddedPostgres(directory, fast=True)
    server.start()
    try:
        _make_database(server, TEMPLATE)
        _manage(url_of(server, TEMPLATE), "migrate", "--skip-checks", "--verbosity=0")
    finally:
        server.stop()


def make_demo(directory: Path) -> None:
    """A stopped server in `postgres`, with the demo in the database `DEMO`, and its sign-ins in `credentials.json`."""
    tables = server_with_tables(directory / "made")
    directory.mkdir(exist_ok=True)
    subprocess.run(["cp", "--archive", tables, directory / "postgres"], check=True)
    server = EmbeddedPostgres(directory / "postgres", fast=True)
    server.start()
    try:
        _make_database(server, f"{DEMO} TEMPLATE {TEMPLATE}")
        credentials = directory / "credentials.json"
        _manage(url_of(server, DEMO), "seed_demo", "--quiet", "--credentials", str(credentials))
    finally:
        server.stop()


def url_of(server: EmbeddedPostgres, database: str) -> str:
    """Where the owner of the tables finds a database of this server."""
    return f"{server.url.rpartition('/')[0]}/{database}"


def _make_database(server: EmbeddedPostgres, words: str) -> None:
    maker = psycopg2.connect(server.url)
    maker.autocommit = True
    maker.cursor().execute(f"CREATE DATABASE {words}")
    maker.close()


def _manage(database_url: str, *arguments: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "REDIS_URL": NOWHERE[EmbeddedRedis]}
    command = [sys.executable, PROJECT / "manage.py", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first; the rest stays in its order."""
    items.sort(
        key=lambda item: next(
            (place for place, start in enumerate(LONGEST) if item.nodeid.startswith(start)), len(LONGEST)
        )
    )


class FilesTogether(LoadScopeScheduling):
    """The tests of a file run on one worker, and so do those of a folder that shares one costly stage."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next((folder for folder in SHARED_STAGES if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FilesTogether:
    """Hand whole files to the workers; pytest-xdist's own groups do nothing under this pytest."""
    return FilesTogether(config, log)


def _start(server: EmbeddedPostgres | EmbeddedRedis, *, unless: bool) -> str:
    if unless:
        return NOWHERE[type(server)]
    if isinstance(server, EmbeddedPostgres) and MADE in os.environ:
        # With owners and modes, which the server insists on.
        subprocess.run(["cp", "--archive", os.environ[MADE], server.directory], check=True)
    server.start()
    _started.append(server)
    return server.url


def pytest_unconfigure() -> None:
    """Stop what was started and remove its files."""
    while _started:
        _started.pop().stop()
    while _directories:
        shutil.rmtree(_directories.pop(), ignore_errors=True)


if __name__ == "__main__":
    # What every run begins with, made while something else has the other core: see `make test`.
    with tempfile.TemporaryDirectory(prefix="opsteam-test-") as name:
        os.environ |= {**SETTINGS, "OPSTEAM_STATE_DIR": name}
        server_with_tables(Path(name) / "tables")
        directory_with_demo(Path(name) / "demo")
