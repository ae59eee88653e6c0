"""One piece of every kind of background work, and what must have come of it, however its messages fared."""

from typing import Any

from kpis.models import DirtyRange
from notifications.choices import UNFINISHED
from notifications.models import Delivery, WebhookDelivery
from notifications.services import webhooks
from people import services as people
from people.models import AccountMail
from tasks import services as tasks
from tasks.models import OnTimeRebuild
from tests.conftest import Cast
from tests.harness.facts import load_facts, wrong_cells
from tests.harness.hooks import HookReceiver
from tests.harness.house import House
from tests.notifications.conftest import due_goal

FACTS = 2_000
MAILS = ["Due for review: Answer within an hour", "Your task: Call back"]


def begin_everything(cast: Cast, receiver: HookReceiver) -> None:
    """A new time zone, a due review, an assigned task that another system hears of, a lost password, many facts."""
    people.edit_organization(by=cast.adam, version=None, time_zone="America/New_York")
    due_goal(cast)
    webhooks.create_endpoint(by=cast.adam, url=receiver.url, event_types=["task.created"])
    tasks.create_task(by=cast.ana, title="Call back", assignee_id=cast.ben.pk)
    people.ask_for_password_reset(email=cast.cleo.user.email, origin=people.Origin("192.0.2.0"))
    load_facts(cast.organization, FACTS)


def is_settled() -> bool:
    """Nothing waits any more, and there was something to wait for."""
    waiting = (
        DirtyRange.objects.all(),
        OnTimeRebuild.objects.all(),
        AccountMail.objects.filter(planned_at=None),
        Delivery.objects.filter(state__in=UNFINISHED),
        WebhookDelivery.objects.filter(state__in=UNFINISHED),
    )
    if any(rows.exists() for rows in waiting):
        return False
    return WebhookDelivery.objects.exists() and Delivery.objects.count() >= len(MAILS) + 1


def effects(house: House, receiver: HookReceiver) -> dict[str, Any]:
    """What people and programs were told how often, and whether the numbers are right."""
    subjects = house.subjects()
    return {
        "mails": [subject for subject in subjects if subject in MAILS],
        "account mails": len(subjects) - sum(subject in MAILS for subject in subjects),
        "webhook messages": sorted(receiver.heard.values()),
        "most attempts": max(Delivery.objects.values_list("attempts", flat=True)),
        "wrong cells": wrong_cells(),
    }


ONCE = {
    "mails": MAILS,
    "account mails": 1,
    "webhook messages": [1],
    "most attempts": 1,
    "wrong cells": 0,
}
"""Everything happened, and nothing twice."""
