"""A pytest plugin: a private PostgreSQL and Redis for the run, before Django reads its settings.

Loaded by `-p tests.services` in pyproject.toml, so run the tests as `python -m pytest`. With TEST_DATABASE_URL and
TEST_REDIS_URL set, those servers are used instead.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsteam.embedded.postgres import EmbeddedPostgres
from opsteam.embedded.redis import EmbeddedRedis

_started: list[EmbeddedPostgres | EmbeddedRedis] = []
_directories: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start the servers (the controller does; its xdist workers inherit the addresses) and name them to Django."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        directory = Path(tempfile.mkdtemp(prefix="opsteam-test-"))
        _directories.append(directory)
        os.environ["OPSTEAM_MODE"] = "test"
        os.environ["OPSTEAM_SECRET_KEY"] = "only-for-tests-" + "x" * 40
        os.environ["OPSTEAM_SITE_URL"] = "http://testserver"
        os.environ["OPSTEAM_ALLOWED_HOSTS"] = "testserver"
        os.environ["OPSTEAM_STATE_DIR"] = str(directory)
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or _start(
            EmbeddedPostgres(directory / "postgres", fast=True)
        )
        os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or _start(
            EmbeddedRedis(directory / "redis", fast=True)
        )
    return (yield)


def _start(server: EmbeddedPostgres | EmbeddedRedis) -> str:
    server.start()
    _started.append(server)
    return server.url


def pytest_unconfigure() -> None:
    """Stop what was started and remove its files."""
    while _started:
        _started.pop().stop()
    while _directories:
        shutil.rmtree(_directories.pop(), ignore_errors=True)
