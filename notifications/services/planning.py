"""Who is due which message. A delivery row is the work; everything here may run any number of times."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common.queue import enqueue
from notifications.choices import Channel, Rule, State, Timing
from notifications.models import ChatChannel, Delivery, Snooze
from notifications.selectors.timing import Wishes, moment_for, wishes_of

BATCH_ROWS = 500
NOT_WANTED = "The person does not want this here."


@dataclass(frozen=True, slots=True)
class Due:
    """A message that somebody is due about one thing for one period, from the moment `at` on."""

    rule: Rule
    recipient_id: int
    subject_type: str
    subject_id: int
    period: str
    at: datetime

    @property
    def cause(self) -> tuple[str, str, int, str]:
        """What is told, whoever is told."""
        return self.rule, self.subject_type, self.subject_id, self.period


@transaction.atomic
def plan(organization_id: int, due: Iterable[Due]) -> int:
    """Each of `due` has one delivery per channel, whoever plans however often; returns how many were new.

    What was planned before stays as it is. A snoozed thing waits, and comes anew when its time is over. What a person
    does not want is written down as dropped, so that wanting it later brings what happens later.
    """
    wanted = list(_unless_snoozed(due))
    new = _unplanned(wanted)
    wishes = wishes_of(each.recipient_id for each in new)
    rows = [*_to_people(organization_id, new, wishes), *_to_rooms(organization_id, new)]
    if rows:
        Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH_ROWS)
        for job in ("notifications.fill_inboxes", "notifications.send_due", "notifications.send_chat"):
            enqueue(job)
    return len(new)


def new_delivery(organization_id: int, rule: Rule, **fields: object) -> Delivery:
    """An unsaved delivery. The Message-ID is fixed here, so that a message sent twice is shown once."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return Delivery(organization_id=organization_id, rule=rule, message_id=f"<{uuid4()}@{domain}>", **fields)


def _unless_snoozed(due: Iterable[Due]) -> Iterator[Due]:
    every = list(due)
    snoozes = {
        (row.membership_id, row.subject_type, row.subject_id): row.until
        for row in Snooze.objects.filter(membership__in={each.recipient_id for each in every})
    }
    now = timezone.now()
    for each in every:
        until = snoozes.get((each.recipient_id, each.subject_type, each.subject_id))
        if until is None:
            yield each
        elif until <= now:
            anew = f"{each.period}~{int(until.timestamp())}"
            yield replace(each, period=anew, at=max(each.at, until))


def _unplanned(due: Sequence[Due]) -> list[Due]:
    """Without those that have a row already: most runs find nothing new and write nothing."""
    known = Delivery.objects.filter(
        rule__in={each.rule for each in due},
        subject_id__in={each.subject_id for each in due},
        subject_type__in={each.subject_type for each in due},
        channel=Channel.INBOX,
    )
    keys = set(known.values_list("rule", "subject_type", "subject_id", "period", "recipient_id"))
    return [each for each in due if (*each.cause, each.recipient_id) not in keys]


def _to_people(organization_id: int, due: Sequence[Due], wishes: dict[int, Wishes]) -> Iterator[Delivery]:
    for each in due:
        person = wishes.get(each.recipient_id)
        if person is None:
            continue
        for channel in Channel:
            if channel == Channel.CHAT and not person.has_chat:
                continue
            timing = person.timing(each.rule, channel)
            is_wanted = timing != Timing.OFF
            at = moment_for(person, timing, each.at, channel)
            yield new_delivery(
                organization_id,
                each.rule,
                recipient_id=each.recipient_id,
                channel=channel,
                subject_type=each.subject_type,
                subject_id=each.subject_id,
                period=each.period,
                timing=timing,
                state=State.PENDING if is_wanted else State.DROPPED,
                last_error="" if is_wanted else NOT_WANTED,
                wanted_at=at,
                due_at=at,
            )


def _to_rooms(organization_id: int, due: Sequence[Due]) -> Iterator[Delivery]:
    """One post per room and cause, however many people are told."""
    if not due:
        return
    causes = {each.cause: each for each in reversed(due)}
    rooms = ChatChannel.objects.filter(organization=organization_id, owner__isnull=True, is_enabled=True)
    for room in rooms:
        for each in causes.values():
            if each.rule in room.rules:
                yield new_delivery(
                    organization_id,
                    each.rule,
                    chat_channel=room,
                    channel=Channel.CHAT,
                    subject_type=each.subject_type,
                    subject_id=each.subject_id,
                    period=each.period,
                    wanted_at=each.at,
                    due_at=each.at,
                )
