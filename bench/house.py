"""The servers and the schema of a benchmark run: private, on loopback, gone at its end."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What an administrator of a machine with a few GiB would set; durability as shipped.
POSTGRES = {
    "shared_buffers": "1GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "effective_cache_size": "8GB",
}


@contextmanager
def open_house() -> Iterator[Path]:
    """PostgreSQL and Redis run, Django is set up against them and migrated; the directory is gone afterwards."""
    from opsteam.embedded.postgres import EmbeddedPostgres
    from opsteam.embedded.redis import EmbeddedRedis

    directory = Path(tempfile.mkdtemp(prefix="opsteam-bench-"))
    postgres = EmbeddedPostgres(directory / "postgres", settings=POSTGRES)
    redis = EmbeddedRedis(directory / "redis", fast=True)
    try:
        postgres.start()
        redis.start()
        os.environ |= {
            "OPSTEAM_MODE": "test",
            "OPSTEAM_SECRET_KEY": "only-for-benchmarks-" + "x" * 40,
            "OPSTEAM_SITE_URL": "http://localhost",
            "OPSTEAM_STATE_DIR": str(directory),
            "OPSTEAM_LOG_LEVEL": "ERROR",
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "DJANGO_SETTINGS_MODULE": "opsteam.settings",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield directory
    finally:
        _close_connections()
        redis.stop()
        postgres.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _close_connections() -> None:
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        connections.close_all()


def postgres_version() -> str:
    """The server's own number."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
