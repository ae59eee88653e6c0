"""Where the axis of a chart begins: at zero, or where words say so."""

from decimal import Decimal

from django.utils import translation

from kpis.charts.axis import axis_of
from kpis.choices import Unit


def test_counts_begin_at_zero_however_high_they_are() -> None:
    axis = axis_of(Unit.COUNT, [Decimal(980), Decimal(1010), None])
    assert (axis.min, axis.max, axis.note) == (0, 1250, "")
    assert axis.ticks == ["0", "250", "500", "750", "1,000", "1,250"]


def test_a_broken_axis_says_so_in_both_languages() -> None:
    axis = axis_of(Unit.PERCENT, [Decimal(92), Decimal("96.5")])
    assert axis.min == 92
    assert axis.note == "The axis starts at 92%, not at zero."
    with translation.override("zh-hans"):
        assert axis_of(Unit.PERCENT, [Decimal(92), Decimal(97)]).note == "纵轴从 92% 开始，而不是从零开始。"


def test_shares_that_reach_down_begin_at_zero_and_end_at_the_whole() -> None:
    axis = axis_of(Unit.PERCENT, [Decimal(30), Decimal(97)])
    assert (axis.min, axis.max, axis.note) == (0, 100, "")


def test_scores_below_zero_keep_zero_on_the_axis() -> None:
    axis = axis_of(Unit.POINTS, [Decimal(-20), Decimal(35)])
    assert axis.min < 0 < axis.max
    assert (axis.note, "0" in axis.ticks) == ("", True)


def test_durations_are_told_in_the_unit_that_fits() -> None:
    axis = axis_of(Unit.SECONDS, [Decimal(3 * 3600), Decimal(9 * 3600)])
    assert (axis.divisor, axis.unit, axis.min, axis.max) == (3600, "hours", 0, 10)


def test_ticks_stand_at_equal_steps_with_as_many_places_as_they_need() -> None:
    axis = axis_of(Unit.SCORE, [Decimal("4.1"), Decimal("4.4")])
    assert axis.ticks == ["4.1", "4.2", "4.3", "4.4"]
    assert round(axis.min + axis.step * (len(axis.ticks) - 1), 6) == axis.max


def test_small_counts_have_no_halves() -> None:
    assert axis_of(Unit.COUNT, [Decimal(0), Decimal(2)]).ticks == ["0", "1", "2"]


def test_wide_intervals_do_not_press_the_line_flat() -> None:
    axis = axis_of(Unit.COUNT, [Decimal(10), Decimal(20)], [Decimal(0), Decimal(500)])
    assert axis.max <= 30


def test_nothing_known_still_is_an_axis() -> None:
    assert axis_of(Unit.COUNT, [None]).ticks == ["0", "1"]
    assert axis_of(Unit.COUNT, [Decimal(0)]).max > 0
