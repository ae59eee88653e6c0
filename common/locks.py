"""PostgreSQL advisory locks, each kind with its own name space. Redis holds no locks."""

from enum import IntEnum, unique

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
    JUDGING = 20
    WATCHING = 21


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
