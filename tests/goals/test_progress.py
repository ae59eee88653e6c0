"""Progress and pace as numbers."""

from datetime import date
from decimal import Decimal

import pytest

from goals.choices import Pace
from goals.progress import elapsed_share, even_advance, pace_of, way_covered, weighted_progress


@pytest.mark.parametrize(
    ("start", "target", "current", "covered"),
    [
        (0, 10, 5, "0.5"),
        (10, 0, 5, "0.5"),
        (0, 10, 12, "1"),
        (0, 10, -3, "0"),
        (10, 0, 12, "0"),
        (90, 30, 60, "0.5"),
        (-10, 10, 0, "0.5"),
    ],
)
def test_the_way_covered_is_clamped_and_works_in_both_directions(
    start: int, target: int, current: int, covered: str
) -> None:
    assert way_covered(Decimal(start), Decimal(target), Decimal(current)) == Decimal(covered)


def test_what_is_not_measured_has_no_progress() -> None:
    assert way_covered(Decimal(0), Decimal(1), None) is None
    assert weighted_progress([]) is None
    assert weighted_progress([(None, 1), (None, 3)]) is None


def test_parts_count_by_their_weight_and_a_part_not_measured_counts_as_nothing_reached() -> None:
    assert weighted_progress([(Decimal(1), 3), (Decimal(0), 1)]) == Decimal("0.75")
    assert weighted_progress([(Decimal(1), 1), (None, 1)]) == Decimal("0.5")


@pytest.mark.parametrize(
    ("today", "share"),
    [
        (date(2026, 2, 28), "0"),
        (date(2026, 3, 1), "0"),
        (date(2026, 3, 6), "0.5"),
        (date(2026, 3, 10), "0.9"),
        (date(2026, 3, 11), "1"),
        (date(2027, 1, 1), "1"),
    ],
)
def test_a_day_of_the_period_has_passed_when_the_next_one_begins(today: date, share: str) -> None:
    assert elapsed_share(date(2026, 3, 1), date(2026, 3, 10), today) == Decimal(share)


@pytest.mark.parametrize(
    ("progress", "elapsed", "pace"),
    [
        (None, "0.5", Pace.UNKNOWN),
        ("1", "0.2", Pace.DONE),
        ("0", "0", Pace.ON_PACE),
        ("0.40", "0.5", Pace.ON_PACE),
        ("0.3999", "0.5", Pace.BEHIND),
        ("0.25", "0.5", Pace.BEHIND),
        ("0.2499", "0.5", Pace.AT_RISK),
        ("0.9999", "1", Pace.ON_PACE),
    ],
)
def test_pace_compares_progress_with_the_time_that_has_passed(
    progress: str | None, elapsed: str, pace: Pace
) -> None:
    assert pace_of(None if progress is None else Decimal(progress), Decimal(elapsed)) == pace


@pytest.mark.parametrize(
    ("expected", "pace"),
    [("0.95", Pace.ON_PACE), ("0.80", Pace.BEHIND), ("0.70", Pace.AT_RISK), ("0.10", Pace.AT_RISK)],
)
def test_what_is_forecast_to_arrive_counts_more_than_where_it_stands(expected: str, pace: Pace) -> None:
    assert pace_of(Decimal("0.2"), Decimal("0.5"), Decimal(expected)) == pace


def test_a_poor_forecast_makes_no_goal_worse_than_its_even_advance() -> None:
    assert pace_of(Decimal("0.5"), Decimal("0.5"), Decimal(0)) == Pace.ON_PACE


def test_an_even_advance_ends_where_its_line_leads() -> None:
    assert even_advance(Decimal("0.3"), Decimal("0.6")) == Decimal("0.5")
    assert even_advance(Decimal("0.9"), Decimal("0.6")) == even_advance(Decimal(0), Decimal(0)) == 1
    assert even_advance(None, Decimal("0.6")) is None
