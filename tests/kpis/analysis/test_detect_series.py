"""The detector on series whose truth is known."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from kpis.analysis.detection import Detector, Direction, Judgement, Kind

DAY = timedelta(days=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
SEEDS = range(20)
Point = tuple[datetime, float]


def daily(
    seed: int, days: int, change: Callable[[int, float], float] = lambda _day, noise: noise
) -> list[Point]:
    """A KPI with a weekday pattern (100 ± 20) and Gaussian noise (σ 5), which `change` may alter."""
    draw = random.Random(seed)
    weekdays = [draw.uniform(80, 120) for _ in range(7)]
    return [(START + day * DAY, weekdays[day % 7] + change(day, draw.gauss(0, 5))) for day in range(days)]


def judge(points: list[Point]) -> list[Judgement]:
    detector = Detector()
    return [detector.observe(at, value) for at, value in points]


def alarms(points: list[Point]) -> list[int]:
    return [place for place, judgement in enumerate(judge(points)) if judgement.is_alarm]


def test_a_series_in_control_raises_about_one_alarm_in_400_points():
    raised = sum(len(alarms(daily(seed, 400))) for seed in SEEDS)
    assert 0.3 <= raised / len(SEEDS) <= 2.0


def test_a_spike_is_an_alarm_at_once():
    for seed in SEEDS:
        judged = judge(daily(seed, 301, lambda day, noise: 50.0 if day == 300 else noise))
        assert judged[300].is_alarm or judged[299].is_alarm
        assert judged[300].direction is Direction.UP
        assert judged[300].kind is Kind.SPIKE


def test_a_shift_of_three_sigma_is_seen_within_a_week_or_two():
    found = [
        any(300 <= place < 314 for place in alarms(daily(seed, 314, lambda day, e: e - 15 * (day >= 300))))
        for seed in SEEDS
    ]
    assert sum(found) >= 0.85 * len(found)


def test_a_growing_spread_is_seen():
    found = [
        any(
            300 <= place < 330
            for place in alarms(daily(seed, 330, lambda day, e: e * (4 if day >= 300 else 1)))
        )
        for seed in SEEDS
    ]
    assert all(found)


def test_what_is_usual_on_sundays_is_strange_on_a_wednesday():
    def closed_on_sundays(day: int, noise: float) -> float:
        is_closed = day % 7 == 6 or day == 366
        return noise / 10 - (60 if is_closed else 0)

    on_sundays = 0
    for seed in SEEDS:
        judged = judge(daily(seed, 367, closed_on_sundays))
        assert judged[366].is_alarm
        assert judged[366].direction is Direction.DOWN
        on_sundays += sum(judgement.is_alarm for judgement in judged[202:366:7])
    assert on_sundays <= 5


def test_the_weekday_is_expected_and_most_points_lie_inside_the_limits():
    points = daily(3, 400)
    judged = judge(points)
    inside = [j.low <= value <= j.high for (_at, value), j in zip(points[100:], judged[100:], strict=True)]
    assert sum(inside) >= 0.97 * len(inside)
    assert all(j.high - j.low < 2 * 2.9 * 5 * 1.5 for j in judged[100:])


def test_the_first_two_weeks_are_only_learned():
    judged = judge(daily(1, 20, lambda day, noise: 1000.0 if day == 8 else noise))
    assert not any(judgement.is_alarm for judgement in judged[:13])
    assert judged[5].expected is None


def test_a_new_value_in_a_constant_series_is_an_alarm_and_the_constant_never_is():
    points = [(START + day * DAY, 7.0) for day in range(100)]
    assert alarms(points) == []
    assert alarms([*points, (START + 100 * DAY, 8.0)]) == [100]


@pytest.mark.parametrize(("factor", "shift"), [(1e-6, 0.0), (1e9, 0.0), (-1.0, 0.0), (8.0, 4096.0)])
def test_unit_and_sign_do_not_matter(factor, shift):
    points = daily(5, 400, lambda day, noise: noise + (40 if day in {200, 300} else 0))
    assert alarms([(at, value * factor + shift) for at, value in points]) == alarms(points)


def test_gaps_and_doubled_times_are_taken_as_they_come():
    points = daily(6, 400)
    gappy = points[:150] + points[190:300] + points[299:]
    assert len(judge(gappy)) == len(gappy)
    assert len(alarms(gappy)) <= 4


def test_going_on_from_a_stored_state_is_going_on():
    points = daily(7, 300, lambda day, noise: noise + (40 if day in {160, 250} else 0))
    first = Detector()
    for at, value in points[:155]:
        first.observe(at, value)
    second = Detector.from_state(json.loads(json.dumps(first.state())))
    for at, value in points[155:]:
        assert second.observe(at, value) == first.observe(at, value)
    assert second.state() == first.state()


def test_a_partial_bucket_or_too_few_facts_leave_no_trace_in_what_follows():
    points = daily(8, 200)
    plain, disturbed = Detector(), Detector()
    for at, value in points:
        early = disturbed.observe(at, 0.0, partial=True)
        few = disturbed.observe(at, 1e6, count=2)
        assert not early.is_alarm
        assert not few.is_alarm
        assert disturbed.observe(at, value, count=50) == plain.observe(at, value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1.7e308])
def test_what_is_not_a_number_is_refused_and_changes_nothing(value):
    detector = Detector()
    before = detector.state()
    with pytest.raises(ValueError, match="finite"):
        detector.observe(START, value)
    assert detector.state() == before


def test_memory_is_bounded():
    draw = random.Random(9)
    detector = Detector()
    level = 0.0
    for step in range(20_000):
        level += draw.gauss(0, 1)
        detector.observe(START + step * timedelta(minutes=5), level)
        if step % 1000 == 999:
            assert len(json.dumps(detector.state())) < 60_000
