"""Two planners that see the same work at the same moment write it down once: the database decides."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from notifications.choices import Channel, Rule
from notifications.models import Delivery
from notifications.services import plan_reminders, seed_reminder_rules
from tests.conftest import create_cast
from tests.notifications.conftest import due_goal

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
PATIENCE_SECONDS = 10.0


def plan_twice_at_once() -> int:
    """One planner has written and not committed while the other looks and writes; returns the mails there are."""
    has_planned, may_commit, is_done = threading.Event(), threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            plan_reminders()
            has_planned.set()
            may_commit.wait(PATIENCE_SECONDS)
        connection.close()

    def second() -> None:
        has_planned.wait(PATIENCE_SECONDS)
        plan_reminders()
        is_done.set()
        connection.close()

    planners = [threading.Thread(target=planner) for planner in (first, second)]
    for planner in planners:
        planner.start()
    until_waiting(is_done)
    may_commit.set()
    for planner in planners:
        planner.join(PATIENCE_SECONDS)
    return Delivery.objects.filter(rule=Rule.REVIEW_DUE, channel=Channel.EMAIL).count()


def until_waiting(is_done: threading.Event) -> None:
    """Until the second planner waits for the first, or has ended without."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while not is_done.is_set() and time.monotonic() < ends_at:
            cursor.execute(WAITING)
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.02)


@contextmanager
def without_the_constraint() -> Iterator[None]:
    """Deliveries may be doubled for the length of the block; afterwards there are none."""
    (once,) = (each for each in Delivery._meta.constraints if each.name == "notifications_delivery_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Delivery, once)
    try:
        yield
    finally:
        Delivery.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Delivery, once)


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_plan_one_reminder_and_without_the_constraint_two() -> None:
    cast = create_cast()
    for organization in (cast.organization, cast.other):
        # Otherwise the second would wait for the first one's rules already.
        seed_reminder_rules(organization.pk)
    due_goal(cast)
    with without_the_constraint():
        assert plan_twice_at_once() == 2, "the negative twin: the look before the writing sees nothing"
    assert plan_twice_at_once() == 1
    assert plan_reminders() == 0
