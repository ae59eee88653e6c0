"""The planted story can be told from the numbers alone."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from feedback.models import FeedbackItem, FeedbackTask
from home.demo.story import LATE_DELIVERY
from kpis.choices import Grain, Status
from kpis.selectors import cards, series
from tasks.models import Task
from tests.seed.year.conftest import Demo

pytestmark = pytest.mark.django_db


def months(demo: Demo, *numbers: int) -> tuple[date, date]:
    """The days from the first of these months to the last, as the story counts them."""
    return demo.year.day_at(min(numbers) - 1), demo.year.day_at(max(numbers)) - timedelta(days=1)


def ratio(demo: Demo, key: str, span: tuple[date, date]) -> Decimal:
    points = series(demo.manager, key, Grain.DAY, *span).points
    above = sum((point.numerator or Decimal(0) for point in points), Decimal(0))
    below = sum((point.denominator or Decimal(0) for point in points), Decimal(0))
    return above / below


def complaint_rate(demo: Demo, *numbers: int) -> Decimal:
    return 1000 * ratio(demo, "complaint-rate", months(demo, *numbers))


def late_share(demo: Demo, *numbers: int) -> float:
    first, last = months(demo, *numbers)
    complaints = FeedbackItem.objects.filter(
        organization=demo.organization, kind="complaint", opened_at__date__range=(first, last)
    )
    return complaints.filter(theme__key=LATE_DELIVERY).count() / complaints.count()


def test_the_complaint_rate_rises_in_month_8_and_is_back_in_month_10(demo):
    before = complaint_rate(demo, 5, 6, 7)
    assert before < 8
    assert complaint_rate(demo, 8) > Decimal("1.5") * before
    assert complaint_rate(demo, 9) > 12
    assert complaint_rate(demo, 10) < Decimal("0.65") * complaint_rate(demo, 9)
    assert complaint_rate(demo, 11, 12) < 8


def test_it_is_late_delivery_that_rises(demo):
    assert late_share(demo, 8, 9) > 2 * late_share(demo, 5, 6, 7)
    assert late_share(demo, 11, 12) < 0.35


def test_satisfaction_leaves_its_target_and_comes_back(demo):
    def satisfied(*numbers: int) -> Decimal:
        points = series(demo.manager, "csat", Grain.DAY, *months(demo, *numbers)).points
        answers = [(point.value, point.n) for point in points if point.value is not None]
        return sum((value * n for value, n in answers), Decimal(0)) / sum(n for _value, n in answers)

    assert satisfied(5, 6, 7) > 83
    assert satisfied(9) < 75
    assert satisfied(11, 12) > 85


def test_what_customers_feel_follows_the_wave_in_every_survey_and_number(demo):
    def value(key: str, *numbers: int) -> float:
        points = series(demo.manager, key, Grain.WEEK, *months(demo, *numbers)).points
        known = [(float(point.value), point.n) for point in points if point.value is not None]
        return sum(value * n for value, n in known) / sum(n for _value, n in known)

    for key in ("nps", "ces", "sla-attainment", "customer-retention", "service-quality"):
        assert value(key, 9) < value(key, 5, 6), key
        assert value(key, 11, 12) > value(key, 9), key
    for key in ("reopen-rate", "handling-time-p90"):
        assert value(key, 9) > value(key, 5, 6), key
        assert value(key, 11, 12) < value(key, 9), key


def test_tasks_of_the_fulfilment_team_answer_the_complaints_and_serve_the_goal(demo):
    repairs = Task.objects.filter(
        organization=demo.organization,
        team__name_en="Fulfilment",
        goal__name_en__startswith="Bring the complaint rate back",
        feedback__theme__key=LATE_DELIVERY,
    ).distinct()
    assert repairs.count() >= 15
    assert set(repairs.values_list("status", flat=True)) == {"done"}
    first, last = months(demo, 8, 10)
    for opened_at, closed_at in repairs.values_list("opened_at", "closed_at"):
        assert first <= opened_at.date() <= closed_at.date() <= last
    links = FeedbackTask.objects.filter(task__in=repairs).select_related("item", "task")
    assert links.count() >= 60
    assert all(link.item.opened_at < link.task.opened_at for link in links)


def test_the_year_is_visible_on_the_sparkline(demo):
    (card,) = [card for card in cards(demo.manager) if card.key == "complaint-rate"]
    weeks = [float(value) for value in card.sparkline if value is not None]
    assert len(card.sparkline) == 52
    assert len(weeks) >= 51
    peak = weeks.index(max(weeks))
    # Month 8 starts 22 weeks before today, month 10 ends 9 weeks before.
    assert 52 - 22 <= peak <= 52 - 9
    assert _mean(weeks[-8:]) < 8
    assert max(weeks) > 12
    assert card.status == Status.ON_TARGET


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)
