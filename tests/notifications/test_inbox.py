"""The inbox holds every message exactly once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications import jobs, services
from notifications.choices import Channel, State
from notifications.models import Delivery, InboxItem
from tests.conftest import Cast, create_cast
from tests.notifications.conftest import open_task, plan_and_fill, tell


def test_fill_inboxes_twice_puts_one_message_there(cast: Cast) -> None:
    plan_and_fill(open_task(cast))
    jobs.fill_inboxes()
    item = InboxItem.objects.get()
    assert (item.title, item.path, item.membership) == (
        "Call the customer back",
        f"/tasks/{item.delivery.subject_id}/",
        cast.ben,
    )


def test_a_filler_that_died_is_followed_by_one_that_adds_no_second(cast: Cast) -> None:
    plan_and_fill(open_task(cast))
    Delivery.objects.filter(channel=Channel.INBOX).update(
        state=State.SENDING, lease_until=timezone.now() - timedelta(seconds=1)
    )
    jobs.fill_inboxes()
    assert InboxItem.objects.count() == 1


def test_marking_is_repeatable_and_all_means_what_was_seen(cast: Cast) -> None:
    for _ in range(3):
        plan_and_fill(open_task(cast))
    first, second, _third = InboxItem.objects.order_by("id")
    for _ in range(2):
        read_at = services.mark(by=cast.ben, item_id=first.pk, is_read=True).read_at
    assert read_at is not None
    assert services.mark(by=cast.ben, item_id=first.pk, is_read=False).read_at is None
    assert services.mark_all_read(by=cast.ben, through_id=second.pk) == 2
    assert services.mark_all_read(by=cast.cleo) == 0
    assert InboxItem.objects.filter(read_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_fillers_at_once_fill_once() -> None:
    cast = create_cast()
    for _ in range(8):
        tell(open_task(cast))
    start = threading.Barrier(4)

    def run() -> None:
        try:
            start.wait(10)
            services.fill_inboxes()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert InboxItem.objects.count() == 8
