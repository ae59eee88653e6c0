"""What cells hold beside the moments: weights, order, hours, scores and sketches, and how they merge."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from kpis import services
from kpis.cellsql import MERGE, Source, cells_of, percentile, spans
from kpis.models import DayCell, DirtyRange, HourCell, Metric
from tests.conftest import Cast
from tests.kpis.conftest import SHANGHAI, query, row, run, wrong_cells

FIRST, LAST = date(2026, 4, 1), date(2026, 6, 30)
NOON = datetime(2026, 5, 1, 12, tzinfo=SHANGHAI)


def push(cast: Cast, *rows: services.MeasurementRow) -> None:
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    assert not wrong_cells()


def merged(metric: Metric, source: Source = Source.CELLS, *, hours: bool = False) -> dict[str, Any]:
    """All cells of the metric as one state."""
    columns = ", ".join(f"{expression} AS {name}" for name, expression in MERGE.items())
    found = query(
        f"SELECT {columns} FROM {cells_of(source, hours=hours)} AS c", spans([(metric.pk, FIRST, LAST)])
    )
    return dict(zip(MERGE, found[0], strict=True))


def keep(metric: Metric, **flags: bool) -> None:
    Metric.objects.filter(pk=metric.pk).update(**flags)
    services.recompute_all_dirty()


def test_a_fact_of_weight_w_counts_as_w_facts(cast: Cast, metric: Metric) -> None:
    keep(metric, is_ordinal=True, keeps_percentiles=True, keeps_order=True)
    push(cast, row("heavy", NOON, 2, weight=3), row("light", NOON, 8))
    heavy = merged(metric)
    push(cast, row("heavy", NOON, None), *(row(f"one-{number}", NOON, 2) for number in range(3)))
    light = merged(metric)
    for name in ("n", "total", "squares", "smallest", "largest", "first", "last", "score_counts"):
        assert heavy[name] == light[name]
    for part in (0, 0.5, 0.9, 1):
        assert _percentile(heavy, part) == _percentile(light, part)
    push(cast, row("one-0", NOON, 2, weight=1_000_000))
    assert merged(metric)["n"] == 1_000_003


def _percentile(state: dict[str, Any], part: float) -> float | None:
    return percentile(state["sketch_values"], state["sketch_counts"], part)


def test_facts_of_one_moment_end_with_the_larger_and_begin_with_the_smaller(
    cast: Cast, metric: Metric
) -> None:
    keep(metric, keeps_order=True)
    push(
        cast,
        *(row(f"{value}", NOON, value) for value in (5, -3, 4)),
        row("before", NOON - timedelta(days=1), 1),
    )
    state = merged(metric)
    assert (state["first"][1], state["last"][1]) == (1, 5)
    cell = DayCell.objects.get(day="2026-05-01")
    assert (cell.first_value, cell.first_at, cell.last_value, cell.last_at) == (-3, NOON, 5, NOON)


@pytest.mark.parametrize("flag", ["keeps_order", "keeps_percentiles", "is_ordinal", "keeps_hours"])
def test_turning_a_flag_logs_all_days_and_the_cells_follow(cast: Cast, metric: Metric, flag: str) -> None:
    push(cast, *(row(f"{day}", NOON + timedelta(days=day), day % 10) for day in range(20)))
    for value in (True, False):
        Metric.objects.filter(pk=metric.pk).update(**{flag: value})
        found = query("SELECT first_on::text, last_on::text, reason FROM kpis_dirtyrange")
        assert found == [("2026-05-01", "2026-05-20", "metric")]
        services.recompute_all_dirty()
        assert not wrong_cells()
        assert HourCell.objects.exists() == (flag == "keeps_hours" and value)
    Metric.objects.filter(pk=metric.pk).update(name_en="New", final_before=None)
    assert not DirtyRange.objects.exists()


@pytest.mark.parametrize(
    "zone", ["Asia/Shanghai", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]
)
def test_every_fact_has_one_hour_and_hours_add_up_to_days(cast: Cast, metric: Metric, zone: str) -> None:
    run("UPDATE people_organization SET time_zone = %s WHERE id = %s", [zone, cast.organization.pk])
    keep(metric, keeps_hours=True)
    start = datetime(2026, 4, 4, tzinfo=SHANGHAI)
    push(cast, *(row(f"{step}", start + timedelta(minutes=7 * step), step % 11) for step in range(400)))
    in_days, in_hours = merged(metric), merged(metric, hours=True)
    assert (in_days["n"], in_days["total"]) == (in_hours["n"], in_hours["total"]) == (400, in_days["total"])
    struck = query(
        "SELECT count(*), count(*) FILTER (WHERE extract(minute FROM hour AT TIME ZONE %s) = 0) FROM kpis_hourcell",
        [zone],
    )
    total, even = struck[0]
    # Lord Howe turns its clock by half an hour: one hour of that day begins in the middle of another.
    assert 47 <= total <= 49
    assert total - even <= (zone == "Australia/Lord_Howe")


SHAPES = {
    "lognormal": lambda chance: chance.lognormvariate(4, 1.5),
    "losses": lambda chance: -chance.paretovariate(1.2),
    "few": lambda chance: chance.randrange(1, 6),
    "tiny": lambda chance: chance.random() / 1_000,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_percentiles_are_within_one_percent_also_after_merging(
    cast: Cast, metric: Metric, shape: str
) -> None:
    keep(metric, keeps_percentiles=True)
    chance = random.Random(shape)
    rows = []
    for day, facts in enumerate([1, 2, 63, 64, 65, 66, 500, 3_000]):
        for number in range(facts):
            value = round(SHAPES[shape](chance), 6)
            at = NOON + timedelta(days=day, seconds=number)
            rows.append(row(f"{day}:{number}", at, value, label=chance.choice(["", "x"])))
    push(cast, *rows)
    values = np.array([float(each.value) for each in rows])
    state = merged(metric)
    for part in (0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1):
        exact = float(np.quantile(values, part))
        assert _percentile(state, part) == pytest.approx(exact, rel=0.0100001, abs=1e-12)
    one_day = [float(each.value) for each in rows if each.source_key.startswith("1:")]
    cells = DayCell.objects.filter(day=NOON.date() + timedelta(days=1))
    values_of_day = [cell.sketch_values for cell in cells]
    assert percentile(values_of_day, [None] * len(values_of_day), 0.9) == pytest.approx(
        float(np.quantile(one_day, 0.9))
    )


@pytest.mark.parametrize("facts", [3, 100])
def test_zero_and_both_signs_keep_their_places_in_a_sketch(cast: Cast, metric: Metric, facts: int) -> None:
    keep(metric, keeps_percentiles=True)
    push(cast, *(row(f"{sign}:{i}", NOON, sign * (i + 1)) for sign in (-1, 0, 1) for i in range(facts)))
    state = merged(metric)
    assert _percentile(state, 0.5) == 0
    assert _percentile(state, 0) == pytest.approx(-facts, rel=0.01)
    assert _percentile(state, 1) == pytest.approx(facts, rel=0.01)


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile([], [], 0.5) is None
    assert percentile([[]], [None], 0.5) is None
