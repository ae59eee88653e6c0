"""What other pages read from feedback: replies about to be late, and the trend of themes."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from feedback import selectors, services
from feedback.choices import Kind, Status
from feedback.models import Theme
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint


def test_near_breach_lists_the_unanswered_most_urgent_first(cast: Cast) -> None:
    complaint(cast.ben, "Due in seven hours", opened_at=ago(hours=1))
    due_soon = complaint(cast.ben, "Due in two hours", opened_at=ago(hours=6))
    overdue = complaint(cast.ben, "Overdue", opened_at=ago(hours=20))
    answered = complaint(cast.ben, "Answered", opened_at=ago(hours=20))
    services.reply(by=cast.ben, item_id=answered.pk, body="Hello")
    resolved = complaint(cast.ben, "Resolved unanswered", opened_at=ago(hours=20))
    services.change_status(by=cast.ben, item_id=resolved.pk, status=Status.RESOLVED)
    complaint(cast.dan, "Theirs", opened_at=ago(hours=20))
    assert selectors.near_breach(cast.ben, 10) == [overdue, due_soon]
    assert selectors.near_breach(cast.ben, 1) == [overdue]
    assert selectors.near_breach_count(cast.ben) == 2


@pytest.mark.django_db
def test_a_theme_trend_counts_complaints_in_weeks_of_complete_local_days(
    cast: Cast, delivery: Theme, django_assert_num_queries: object
) -> None:
    def opened(day: int, hour_utc: int, **fields: object) -> None:
        at = datetime(2026, 11, day, hour_utc, tzinfo=UTC)
        complaint(cast.ben, opened_at=at, **({"theme_id": delivery.pk} | fields))

    today = date(2026, 11, 20)
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        opened(19, 15)  # 23:00 yesterday in Shanghai: in the last week
        opened(19, 16)  # midnight today: not yet complete
        opened(12, 16)  # the first midnight of the last week
        opened(12, 15)  # one hour earlier: the week before
        opened(12, 15, kind=Kind.QUESTION)
        opened(12, 15, theme_id=None)
        complaint(cast.dan, opened_at=datetime(2026, 11, 12, 15, tzinfo=UTC))
        with django_assert_num_queries(1):
            [trend] = selectors.theme_trend(cast.ben, weeks=4)
    assert trend.counts == [0, 0, 1, 2]
    assert (trend.key, trend.name, trend.total) == ("delivery", "Delivery", 3)
    assert selectors.theme_trend(cast.ben, weeks=4, on=today) == [trend]


@pytest.mark.parametrize(
    ("before", "recent", "is_rising"),
    [(0, 5, True), (0, 4, False), (4, 14, True), (4, 11, False), (10, 15, False), (10, 22, True)],
)
def test_a_theme_rises_with_five_complaints_and_by_more_than_chance(
    cast: Cast, delivery: Theme, before: int, recent: int, is_rising: bool
) -> None:
    weeks = [ago(weeks=6)] * before + [ago(weeks=2)] * recent
    for at in weeks:
        complaint(cast.ben, opened_at=at, theme_id=delivery.pk)
    [trend] = selectors.theme_trend(cast.ben)
    assert (trend.before, trend.recent, trend.is_rising) == (before, recent, is_rising)


def test_rising_themes_come_first(cast: Cast, delivery: Theme) -> None:
    loud = Theme.objects.create(organization=cast.organization, key="billing", name_en="Billing")
    for weeks in (2, 6):
        for _n in range(8):
            complaint(cast.ben, opened_at=ago(weeks=weeks), theme_id=loud.pk)
    for _n in range(5):
        complaint(cast.ben, opened_at=ago(weeks=2), theme_id=delivery.pk)
    assert [trend.key for trend in selectors.theme_trend(cast.ben)] == ["delivery", "billing"]


def test_the_detail_counts_what_else_the_customer_said(cast: Cast) -> None:
    items = [complaint(cast.ben, customer_name="Li") for _n in range(3)]
    complaint(cast.dan, customer_name="Li")
    lonely = complaint(cast.ben)
    assert selectors.item_detail(cast.ben, items[0].pk).other_items == 2
    assert selectors.item_detail(cast.ben, lonely.pk).other_items == 0


def test_the_clock_of_an_import_long_ago_does_not_break_the_order(cast: Cast) -> None:
    old = complaint(cast.ben, opened_at=timezone.now() - timedelta(days=3000))
    assert selectors.near_breach(cast.ben, 5) == [old]
