"""Twins: the same thing done twice at the same moment happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from common.errors import StaleVersion
from feedback import services
from feedback.choices import Status
from feedback.models import Customer, FeedbackItem, Reply, Theme
from feedback.services import ImportCounts, ItemRow
from tests.conftest import create_cast
from tests.feedback.conftest import ago, complaint, values_of, verbs

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(action: Callable[[], Any], times: int = 4) -> list[Any]:
    """What each of several simultaneous calls returned or raised, each on a connection of its own."""

    def run(_number: int) -> Any:
        try:
            return action()
        except StaleVersion as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_an_import_running_twice_at_once_stores_each_row_once() -> None:
    cast = create_cast()
    rows = [
        ItemRow(
            f"C-{n}",
            "Late",
            ago(days=2),
            customer_name="Li",
            theme_key="late",
            replies=((ago(days=1), "Hi"),),
        )
        for n in range(20)
    ]
    counts = at_once(lambda: services.import_items(cast.organization.pk, "desk", rows))
    assert sorted(counts, key=lambda count: count.created) == [
        *[ImportCounts(unchanged=20)] * 3,
        ImportCounts(created=20),
    ]
    assert (FeedbackItem.objects.count(), Reply.objects.count()) == (20, 20)
    assert (Customer.objects.count(), Theme.objects.count()) == (1, 1)
    assert values_of(cast.organization, "feedback.opened") == [1] * 20


def test_resolving_twice_at_once_records_one_step() -> None:
    cast = create_cast()
    item = complaint(cast.ben)
    at_once(lambda: services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED))
    assert verbs(item) == ["feedback.opened", "feedback.status_changed"]
    assert values_of(cast.organization, "feedback.backlog") == [1, -1]


def test_of_replies_to_one_version_the_first_wins() -> None:
    cast = create_cast()
    item = complaint(cast.ben)
    answers = at_once(lambda: services.reply(by=cast.ben, item_id=item.pk, body="Hello", version=1))
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 3
    assert Reply.objects.count() == 1
