"""A month that was just filled is known to the planner before its numbers are computed, though workers own no table."""

from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.db import connection

from common.wall import building, roles
from common.wall.policies import WORKER
from kpis import services
from kpis.models import DirtyRange, Metric
from kpis.services.statistics import refresh_statistics
from tests.conftest import create_cast
from tests.kpis.conftest import query, row, run

FACTS = 1_500

pytestmark = pytest.mark.django_db(transaction=True)


def filled_month(year: int, *, minutes_apart: int = 1) -> Metric:
    """A January of long ago with so many facts; partitions stay, so each test has a year of its own."""
    cast = create_cast()
    metric = Metric.objects.create(organization=cast.organization, key="calls", name_en="Calls", unit="count")
    first = datetime(year, 1, 1, tzinfo=UTC)
    rows = [row(str(number), first + timedelta(minutes=number * minutes_apart)) for number in range(FACTS)]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.tidy_partitions()
    query("SELECT pg_stat_force_next_flush()")
    assert not is_known(year)
    return metric


def is_known(year: int) -> bool:
    """Whether anybody has looked through its January."""
    return bool(query("SELECT FROM pg_stats WHERE tablename = %s", [f"kpis_measurement_{year}01"]))


@pytest.mark.parametrize(("year", "minutes_apart", "looks"), [(2012, 1, False), (2013, 28, True)])
def test_a_job_looks_only_where_many_days_are_dirty(year: int, minutes_apart: int, looks: bool) -> None:
    metric = filled_month(year, minutes_apart=minutes_apart)
    services.recompute_shard(DirtyRange.shard_of(metric.pk))
    assert is_known(year) is looks


def test_a_worker_that_signs_in_as_its_role_looks_through_what_was_filled_and_not_again() -> None:
    filled_month(2014)
    building.build()
    roles.let_sign_in(WORKER, "only-for-tests")
    info = connection.connection.info
    address = {"host": info.host, "port": info.port, "dbname": info.dbname}
    session = psycopg2.connect(user=WORKER, password="only-for-tests", **address)
    session.autocommit = True
    try:
        with session.cursor() as cursor:
            while cursor.execute("SELECT kpis_refresh_statistics()") or cursor.fetchone() != (None,):
                pass
        assert is_known(2014)
        assert refresh_statistics() == 0
    finally:
        session.close()
        run(f"ALTER ROLE {WORKER} NOLOGIN PASSWORD NULL")
