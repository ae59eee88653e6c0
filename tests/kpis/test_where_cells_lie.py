"""Cells are written in the order they are read in: the days of a metric side by side, a series in few blocks."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from django.conf import settings

from kpis import services
from kpis.models import Metric
from tests.conftest import Cast
from tests.kpis.conftest import query, run
from tests.kpis.test_rollup import START

pytestmark = pytest.mark.django_db
DAYS, METRICS = 40, 2 * settings.KPI_SHARDS
LYING = """
SELECT kpis_shard(metric_id), metric_id, day, (ctid::text::point)[0]::int AS block FROM kpis_daycell
WHERE n > 0 ORDER BY ctid
"""


@pytest.fixture
def metrics(cast: Cast, make_metric: Callable[..., Metric]) -> list[Metric]:
    """Several of each shard, whose facts came in day by day for all metrics, in no order of either."""
    # Without the room that cells of other tests have left between each other.
    run("TRUNCATE kpis_daycell")
    made = [make_metric(f"m{number}") for number in range(METRICS)]
    run(
        "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value, label)"
        " SELECT m, 'd' || d, %s::timestamptz + d * interval '1 day', 1, repeat('x', d %% 2)"
        " FROM generate_series(0, %s) AS d, unnest(%s::bigint[]) AS m ORDER BY (7 * d) %% 40, m DESC",
        [START, DAYS - 1, [metric.pk for metric in made]],
    )
    return made


def test_a_recompute_writes_the_days_of_a_metric_side_by_side(metrics: list[Metric]) -> None:
    services.recompute_all_dirty()
    found = query(LYING)
    assert len(found) == DAYS * METRICS
    for shard in {each[0] for each in found}:
        places = [(metric_id, day) for its_shard, metric_id, day, _block in found if its_shard == shard]
        assert all(before < after for before, after in pairwise(places))


def test_a_series_touches_few_blocks_of_cells(metrics: list[Metric]) -> None:
    services.recompute_all_dirty()
    found = query(LYING)
    blocks = {metric.pk: {each[3] for each in found if each[1] == metric.pk} for metric in metrics}
    assert len({each[3] for each in found}) > 4
    assert max(map(len, blocks.values())) <= 2
