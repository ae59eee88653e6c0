"""Where a person is signed in: seen, and ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from people.models import User

SEEN_STEP: Final = timedelta(minutes=5)
LONGEST_AGENT: Final = 200


@dataclass(frozen=True, slots=True)
class Device:
    """A browser as it introduced itself, and the address it came from."""

    agent: str
    address: str


def remember_session(*, user: User, session_key: str, device: Device) -> None:
    """The session is listed, as last seen now from this device."""
    UserSession.objects.update_or_create(
        session_key=session_key,
        defaults={
            "user": user,
            "ip": device.address,
            "user_agent": device.agent[:LONGEST_AGENT],
            "last_seen_at": timezone.now(),
        },
    )


def is_due_to_be_seen(seen_at: datetime) -> bool:
    """True where a session was last written down too long ago."""
    return timezone.now() - seen_at > SEEN_STEP


@transaction.atomic
def end_session(*, user: User, session_id: int) -> bool:
    """One of the person's own sessions is over; False where it is none of theirs."""
    row = UserSession.objects.filter(user_id=user.pk, pk=session_id).first()
    if row is None:
        return False
    _end([row.session_key])
    return True


@transaction.atomic
def end_other_sessions(*, user: User, session_key: str | None) -> int:
    """Every listed session of the person but this one is over; returns how many."""
    others = UserSession.objects.filter(user_id=user.pk).exclude(session_key=session_key or "")
    keys = list(others.values_list("session_key", flat=True))
    _end(keys)
    return len(keys)


def forget_sessions() -> int:
    """Delete what has expired; returns how many. Safe to run twice at once."""
    deleted, _per_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return deleted


def _end(keys: list[str]) -> None:
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
