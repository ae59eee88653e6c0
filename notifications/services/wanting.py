"""Whether a person still wants a message, and now: what they chose since it was planned counts."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from notifications.choices import DIGESTS, REMINDERS, Rule, State, Timing
from notifications.models import Delivery, Snooze
from notifications.selectors.timing import Wishes, after_quiet, moment_for, wishes_of
from notifications.services import leasing
from notifications.services.planning import NOT_WANTED

SNOOZED = "The person asked to be reminded later."


def still_wanted(claimed: Sequence[Delivery]) -> list[Delivery]:
    """Those of one reader that go out now. The others are dropped, or wait for a quiet night to end or for a digest."""
    recipient_id = claimed[0].recipient_id
    if recipient_id is None:
        return list(claimed)
    wishes = wishes_of([recipient_id])[recipient_id]
    snoozes = Snooze.objects.filter(membership=recipient_id, until__gt=timezone.now())
    snoozed = set(snoozes.values_list("subject_type", "subject_id"))
    return [delivery for delivery in claimed if _goes_now(delivery, wishes, snoozed)]


def _goes_now(delivery: Delivery, wishes: Wishes, snoozed: set[tuple[str, int]]) -> bool:
    comes_again = delivery.rule in (*REMINDERS, Rule.ESCALATED)
    if comes_again and (delivery.subject_type, delivery.subject_id) in snoozed:
        leasing.settle(delivery, state=State.DROPPED, last_error=SNOOZED)
        return False
    timing = wishes.timing(delivery.rule, delivery.channel)
    if timing == Timing.OFF:
        leasing.settle(delivery, state=State.DROPPED, last_error=NOT_WANTED)
        return False
    now = timezone.now()
    if timing in DIGESTS and delivery.timing == Timing.AT_ONCE and delivery.attempts == 1:
        _wait(delivery, moment_for(wishes, timing, now, delivery.channel), timing)
        return False
    quiet_until = after_quiet(wishes, now)
    if quiet_until > now:
        _wait(delivery, quiet_until, Timing(delivery.timing))
        return False
    return True


def _wait(delivery: Delivery, until: datetime, timing: Timing) -> None:
    """Waiting is no attempt, and what has waited on purpose is not late."""
    leasing.settle(
        delivery,
        state=State.PENDING,
        due_at=until,
        wanted_at=until,
        timing=timing,
        attempts=delivery.attempts - 1,
    )
