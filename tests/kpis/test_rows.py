"""From a number down to the facts behind it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from common.errors import InvalidInput, NotVisible
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Unit
from kpis.models import Metric
from tests.conftest import Cast
from tests.kpis.conftest import row, run

MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.fixture
def kpi(cast: Cast, metric: Metric) -> str:
    services.create_kpi(
        cast.ana,
        key="kpi",
        unit=Unit.COUNT,
        direction=Direction.UP,
        name_en="A KPI",
        definition=services.Definition(Aggregate.SUM, "calls"),
    )
    return "kpi"


def keys(page: selectors.RowPage) -> list[str]:
    return [fact.source_key for fact in page.rows]


def test_the_rows_of_a_span_are_those_its_number_counts(cast: Cast, kpi: str) -> None:
    rows = [
        row("before", "2026-04-30T23:59"),
        row("first", "2026-05-01T00:00", 2, team_id=cast.support.pk, member_id=cast.ben.pk, label="x"),
        row("last", "2026-05-31T23:59", 3),
        row("after", "2026-06-01T00:00"),
    ]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    page = selectors.rows(cast.vera, kpi, *MAY)
    assert keys(page) == ["last", "first"]
    assert (page.rows[1].team, page.rows[1].member, page.rows[1].label) == ("Support", "Ben", "x")
    total = selectors.series(cast.vera, kpi, "month", *MAY).points[0].value
    assert sum((fact.value for fact in page.rows), Decimal(0)) == total
    assert keys(selectors.rows(cast.vera, kpi, *MAY, cast.support.pk)) == ["first"]


def test_pages_follow_each_other_without_gap_or_overlap(cast: Cast, kpi: str) -> None:
    moment = row("", "2026-05-05T10:00").occurred_at
    services.ingest_measurements(
        cast.ana,
        "calls",
        [row(f"k{number:02}", moment + timedelta(minutes=number // 4)) for number in range(25)],
    )
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = selectors.rows(cast.vera, kpi, *MAY, cursor=cursor, limit=7)
        seen += keys(page)
        cursor = page.next_cursor
    assert seen == [f"k{number:02}" for number in reversed(range(25))]
    assert cursor == ""


def test_a_fact_of_an_own_row_links_to_its_page(cast: Cast, kpi: str, metric: Metric) -> None:
    insert = "INSERT INTO kpis_measurement (metric_id, source_key, occurred_at, value) VALUES (%s, %s, %s, 1)"
    for key in ("task:7", "task:8:reopened-2", "task:x", "pushed"):
        run(insert, [metric.pk, key, "2026-05-05T10:00Z"])
    urls = {fact.source_key: fact.url for fact in selectors.rows(cast.vera, kpi, *MAY).rows}
    assert urls == {"task:7": "/tasks/7/", "task:8:reopened-2": "/tasks/8/", "task:x": None, "pushed": None}


def test_the_denominator_of_a_ratio_has_rows_of_its_own(cast: Cast, kpi: str, make_metric) -> None:
    make_metric("visits")
    services.ingest_measurements(cast.ana, "visits", [row("v", "2026-05-05")])
    with pytest.raises(NotVisible):
        selectors.rows(cast.vera, kpi, *MAY, of_denominator=True)
    ratio = services.Definition(Aggregate.RATIO, "calls", denominator="visits")
    services.change_definition(cast.ana, kpi, ratio, version=None)
    assert keys(selectors.rows(cast.vera, kpi, *MAY, of_denominator=True)) == ["v"]


@pytest.mark.parametrize(
    "cursor", ["x", "W10=", "é", "bnVsbA==", "WyIyMDI2LTA1LTAxIiwgNV0=", "WyJub3ciLCAiayJd"]
)
def test_a_foreign_cursor_is_refused(cast: Cast, kpi: str, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        selectors.rows(cast.vera, kpi, *MAY, cursor=cursor)


def test_another_organization_sees_no_rows(cast: Cast, kpi: str) -> None:
    with pytest.raises(NotVisible):
        selectors.rows(cast.dan, kpi, *MAY)
