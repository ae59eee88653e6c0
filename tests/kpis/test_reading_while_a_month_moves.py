"""Moving facts into a new month's partition hides them from nobody."""

import threading

import pytest
from django.db import connection, transaction

from kpis.models import Metric
from tests.conftest import Cast, create_cast
from tests.kpis.conftest import query

IN_MAY = "occurred_at >= '2017-05-01' AND occurred_at < '2017-06-01'"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, so that another connection sees it."""
    return create_cast()


def test_a_statement_that_waits_for_the_move_finds_the_moved_facts(cast: Cast) -> None:
    metric = Metric.objects.create(
        organization=cast.organization, key="calls", name_en="Calls", unit="count", is_ordinal=False
    )
    found: list[int] = []

    def read() -> None:
        found.append(query(f"SELECT count(*) FROM kpis_measurement WHERE {IN_MAY}")[0][0])
        connection.close()

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value)"
            " SELECT %s, 'call:' || i, timestamptz '2017-05-05', 1 FROM generate_series(1, 100) AS i",
            [metric.pk],
        )
        reader = threading.Thread(target=read)
        with transaction.atomic():
            cursor.execute("SELECT kpis_make_month('2017-05-01')")
            reader.start()
            while not query(WAITING)[0][0]:
                pass
        reader.join()
        cursor.execute("DROP TABLE kpis_measurement_201705")
    assert found == [100]
