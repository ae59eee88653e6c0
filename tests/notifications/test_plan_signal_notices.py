"""A KPI that leaves its limits is told to whoever owns it, once per signal."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from activity.models import Event
from activity.services import record
from kpis.choices import Direction, SignalKind, SignalTrend, Unit
from kpis.models import Kpi, Signal
from notifications import jobs, services
from notifications.choices import Rule, State
from notifications.models import Delivery
from people.models import Membership
from tests.conftest import Cast
from tests.notifications.conftest import mails


def opened(cast: Cast, owner: Membership | None, key: str = "tickets") -> Signal:
    """A signal of a KPI of theirs, and the event that it opened."""
    kpi = Kpi.objects.create(
        organization=cast.organization,
        key=key,
        name_en="Tickets",
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        owner=owner,
    )
    signal = Signal.objects.create(
        organization=cast.organization,
        kpi=kpi,
        kind=SignalKind.SHIFT,
        trend=SignalTrend.UP,
        is_good=False,
        first_on=date(2026, 1, 1),
        last_on=date(2026, 1, 2),
        value=Decimal(7),
    )
    record("signal.opened", subject=signal, organization_id=cast.organization.pk, by=None)
    return signal


def follow() -> None:
    """As the follower of the log is told, which may be twice after a crash."""
    services.plan_signal_notices(list(Event.objects.order_by("id")))


def told() -> list[str]:
    found = mails().filter(rule=Rule.SIGNAL_OPENED).select_related("recipient__user")
    return sorted(each.recipient.user.name for each in found if each.recipient)


def test_the_owner_has_one_notice_however_often_the_event_is_told(cast: Cast) -> None:
    opened(cast, cast.ben)
    follow()
    follow()
    assert told() == ["Ben"]
    jobs.fill_inboxes()
    jobs.fill_inboxes()
    assert cast.ben.inbox.get().title == "Tickets"


def test_a_second_signal_is_a_second_notice(cast: Cast) -> None:
    for key in ("tickets", "calls"):
        opened(cast, cast.ben, key)
    follow()
    assert told() == ["Ben", "Ben"]


@pytest.mark.parametrize("owner", ["nobody", "left"])
def test_where_nobody_owns_the_kpi_the_managers_are_told(cast: Cast, owner: str) -> None:
    if owner == "left":
        Membership.objects.filter(pk=cast.ben.pk).update(is_active=False)
    opened(cast, None if owner == "nobody" else cast.ben)
    follow()
    assert told() == ["Ana"]


def test_a_signal_that_somebody_looks_after_is_not_told_any_more(
    cast: Cast, mailoutbox: list[object]
) -> None:
    signal = opened(cast, cast.ben)
    follow()
    Signal.objects.filter(pk=signal.pk).update(state="acknowledged")
    Delivery.objects.update(due_at=Now())
    jobs.send_due()
    assert (mailoutbox, mails().get().state) == ([], State.DROPPED)


def test_who_begins_to_follow_late_is_not_told_what_is_weeks_old(cast: Cast) -> None:
    opened(cast, cast.ben)
    events = list(Event.objects.order_by("id"))
    for event in events:
        event.occurred_at = timezone.now() - timedelta(days=15)
    services.plan_signal_notices(events)
    assert told() == []
