"""A month that was just filled is known to the planner before its numbers are computed, though workers own no table."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from common.wall.policies import WORKER
from kpis import services
from kpis.models import Metric
from kpis.services.statistics import refresh_statistics
from tests.architecture.world import may_act_as
from tests.conftest import create_cast
from tests.kpis.conftest import query, row
from tests.tenancy.conftest import acting_as

FACTS = 1_500


@pytest.mark.django_db(transaction=True)
def test_a_worker_looks_through_what_was_filled_and_not_again() -> None:
    cast = create_cast()
    Metric.objects.create(organization=cast.organization, key="calls", name_en="Calls", unit="count")
    first = datetime(2019, 1, 1, tzinfo=UTC)
    rows = [row(str(number), first + timedelta(minutes=number)) for number in range(FACTS)]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.tidy_partitions()
    query("SELECT pg_stat_force_next_flush()")
    with transaction.atomic():
        may_act_as(WORKER)
        with acting_as(WORKER, cast.organization.pk):
            assert refresh_statistics() > 0
            known = query("SELECT reltuples FROM pg_class WHERE relname = 'kpis_measurement_201901'")
            assert known == [(FACTS,)]
        transaction.set_rollback(True)
    # That was taken back.
    assert refresh_statistics() > 0
    assert refresh_statistics() == 0
