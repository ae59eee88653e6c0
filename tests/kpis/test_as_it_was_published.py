"""Numbers as they were published, what changed since, and the proof of one KPI."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from common.errors import InvalidInput, NotVisible
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Finality, Grain, Unit
from kpis.models import KpiState, Metric, Publication
from tests.conftest import Cast
from tests.kpis.conftest import row, run


@pytest.fixture
def today(cast: Cast) -> date:
    return selectors.today(cast.organization)


@pytest.fixture
def kpi(cast: Cast, metric: Metric, today: date) -> str:
    """One fact of 10 on each of the last ten days; a sum, published through the day before yesterday."""
    rows = [row(f"d{back}", f"{today - timedelta(days=back)}T00:00:01", 10) for back in range(10)]
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()
    services.create_kpi(
        cast.ana,
        key="kpi",
        unit=Unit.COUNT,
        direction=Direction.UP,
        name_en="A KPI",
        definition=services.Definition(Aggregate.SUM, "calls"),
    )
    services.publish_days()
    return "kpi"


def points(cast: Cast, first: date, last: date, **asked: Any) -> list[selectors.Point]:
    return selectors.series(cast.ana, "kpi", Grain.DAY, first, last, **asked).points


def after_publication() -> datetime:
    """A moment at which the newest publication was already known."""
    return Publication.objects.latest("id").published_at + timedelta(microseconds=1)


def test_a_restated_day_still_reads_as_it_was_published(cast: Cast, kpi: str, today: date) -> None:
    then, span = after_publication(), (today - timedelta(days=4), today)
    published = points(cast, *span, as_of=then)
    assert [point.value for point in published] == [10, 10, 10, None, None]
    assert [point.finality for point in published[2:]] == [Finality.FINAL] + [Finality.UNPUBLISHED] * 2
    etag = selectors.series_request(cast.ana, "kpi", Grain.DAY, *span, as_of=then).etag
    changed = [
        row("d4", f"{span[0]}T00:00:01", 15),
        row("late", f"{span[0] + timedelta(days=1)}T12:00", 7),
        row("d2", f"{today - timedelta(days=2)}T00:00:01", None),
    ]
    services.ingest_measurements(cast.ana, "calls", changed)
    services.recompute_all_dirty()
    assert [point.value for point in points(cast, *span)] == [15, 17, 0, 10, 10]
    assert [point.value for point in points(cast, *span, as_of=then)] == [10, 10, 10, None, None]
    assert selectors.series_request(cast.ana, "kpi", Grain.DAY, *span, as_of=then).etag == etag
    month = selectors.series(cast.ana, "kpi", Grain.WEEK, today - timedelta(days=300), today, as_of=then)
    assert {point.value for point in month.points[:-3]} == {None}


def test_a_fact_earlier_than_all_others_does_not_rewrite_what_was_empty(
    cast: Cast, kpi: str, today: date
) -> None:
    then, first = after_publication(), today - timedelta(days=20)
    services.ingest_measurements(cast.ana, "calls", [row("old", f"{first}T12:00", 1)])
    services.recompute_all_dirty()
    span = (first, first + timedelta(days=2))
    assert [point.value for point in points(cast, *span)] == [1, 0, 0]
    assert [point.value for point in points(cast, *span, as_of=then)] == [None, None, None]


def test_definitions_made_later_do_not_count_then(cast: Cast, kpi: str, today: date) -> None:
    run("UPDATE kpis_kpidefinition SET created_at = created_at - interval '1 hour'")
    then, day = after_publication(), today - timedelta(days=4)
    double = services.Definition(Aggregate.SUM, "calls", scale=Decimal(2))
    services.change_definition(cast.ana, "kpi", double, None)
    run("UPDATE kpis_kpidefinition SET created_at = %s WHERE version = 2", [then + timedelta(seconds=1)])
    assert points(cast, day, day)[0].value == 20
    assert points(cast, day, day, as_of=then)[0].value == 10
    for moment in (then - timedelta(days=2), timezone.now() + timedelta(minutes=1)):
        with pytest.raises(InvalidInput):
            points(cast, day, day, as_of=moment)


def test_restatements_say_what_changed_and_why(cast: Cast, kpi: str, today: date) -> None:
    day = today - timedelta(days=4)
    span = (today - timedelta(days=9), today)
    assert selectors.restatements(cast.vera, "kpi", *span).rows == []
    services.ingest_measurements(
        cast.ana, "calls", [row("late", f"{day}T12:00", 5, team_id=cast.support.pk, member_id=cast.ben.pk)]
    )
    services.recompute_all_dirty()
    services.ingest_measurements(cast.ana, "calls", [row("d4", f"{day}T00:00:01", 12)])
    services.recompute_all_dirty()
    newest, oldest = selectors.restatements(cast.vera, "kpi", *span).rows
    assert (newest.day, newest.n, newest.new_n, newest.total, newest.new_total) == (day, 1, 1, 10, 12)
    assert (newest.reasons, newest.team) == (["changed"], "")
    assert (oldest.n, oldest.new_n, oldest.total, oldest.new_total) == (0, 1, 0, 5)
    assert (oldest.reasons, oldest.team, oldest.metric) == (["added"], "Support", "calls")
    only = selectors.restatements(cast.vera, "kpi", *span, team_id=cast.support.pk).rows
    assert [each.total for each in only] == [0]
    with pytest.raises(NotVisible):
        selectors.restatements(cast.dan, "kpi", *span)


def test_a_right_kpi_is_proven_and_a_wrong_cell_is_named(cast: Cast, kpi: str, today: date) -> None:
    span = (today - timedelta(days=9), today)
    proof = selectors.verify(cast.vera, "kpi", *span)
    assert (proof.is_right, proof.checked, proof.pending) == (True, 10, False)
    assert proof.stored.value == proof.of_facts.value == 100
    run("UPDATE kpis_daycell SET total = 99 WHERE day = %s", [today - timedelta(days=3)])
    proof = selectors.verify(cast.vera, "kpi", *span)
    assert [(cell.day, cell.total_of_facts, cell.total_stored) for cell in proof.wrong] == [
        (today - timedelta(days=3), 10, 99)
    ]
    assert (proof.stored.value, proof.of_facts.value) == (189, 100)
    services.ingest_measurements(cast.ana, "calls", [row("d3", f"{today - timedelta(days=3)}T00:00:01", 11)])
    proof = selectors.verify(cast.vera, "kpi", *span)
    assert (proof.is_right, proof.pending) == (True, True)
    with pytest.raises(InvalidInput):
        selectors.verify(cast.vera, "kpi", today - timedelta(days=400), today)
    with pytest.raises(NotVisible):
        selectors.verify(cast.dan, "kpi", *span)


def test_what_follows_a_strict_read_has_another_etag_while_its_day_stays_dirty(
    cast: Cast, kpi: str, today: date
) -> None:
    def request() -> selectors.SeriesRequest:
        return selectors.series_request(
            cast.ana, "kpi", Grain.DAY, today, today, consistency=selectors.Consistency.STRICT
        )

    seen = []
    for value in (11, 12, 11):
        services.ingest_measurements(cast.ana, "calls", [row("d0", f"{today}T00:00:01", value)])
        series = selectors.read_series(request())
        assert (series.points[0].value, series.points[0].finality) == (value, Finality.OPEN)
        assert not series.pending
        seen.append(series.etag)
    assert len(set(seen)) == 3


def test_states_are_those_last_judged_of_kpis_in_use(cast: Cast, kpi: str) -> None:
    services.judge_due()
    (state,) = selectors.states(cast.vera)
    assert (state.kpi.key, state.value) == ("kpi", selectors.cards(cast.vera)[0].value)
    assert not selectors.states(cast.dan)
    services.archive_kpi(cast.ana, "kpi")
    assert not selectors.states(cast.vera)
    assert KpiState.objects.count() == 1
