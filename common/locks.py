"""PostgreSQL advisory locks, each kind with its own name space. Redis holds no locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, unique

from django.conf import settings
from django.db import connection


@unique
class LockSpace(IntEnum):
    """First key of a two-key advisory lock: what kind of thing the second key names."""

    KPI_SHARD = 1
    SOURCE_KEYS = 2
    IDEMPOTENCY_KEY = 3
    CALENDAR = 4
    REBUILD = 5
    FIRST_RUN = 6
    SIGN_IN = 7
    LETTERS = 8
    JUDGING = 20
    WATCHING = 21
    LONG_JOB = 22


def try_lock(space: LockSpace, key: int) -> bool:
    """Take the lock until the transaction ends; False where another holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [int(space), key])
        return bool(cursor.fetchone()[0])


def lock_all(space: LockSpace, keys: list[int]) -> None:
    """Wait for all locks, in ascending order so that two callers cannot deadlock, and hold them until the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) WITH ORDINALITY AS t(key, n) ORDER BY n",
            [int(space), sorted(set(keys))],
        )


@contextmanager
def place_for_long_job() -> Iterator[bool]:
    """Whether one of the `LONG_JOBS` places is ours until the block ends; False where others hold them all.

    Jobs that take long ask for one, so that a worker of several processes always has some for what people wait for.
    The place belongs to the session, not to a transaction: it goes back with a lost connection too.
    """
    taken = next((place for place in range(settings.LONG_JOBS) if _ask("pg_try_advisory_lock", place)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _ask("pg_advisory_unlock", taken)


def _ask(function: str, place: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [int(LockSpace.LONG_JOB), place])
        return bool(cursor.fetchone()[0])
