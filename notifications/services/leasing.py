"""Who sends a row, for how long it is theirs, and when it is tried again.

Shared by everything that is sent. A row is claimed and committed, sent outside any transaction, and settled by
whoever still holds the claim; leases and waits run on the database's clock. At least once.
"""

import logging
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from notifications.choices import UNSENT, State
from notifications.models import Leased

logger = logging.getLogger(__name__)

# Longer than one send takes with a slow server.
LEASE = timedelta(seconds=60)
# 1, 3, 9, 27, 81, 243 and 720 minutes: a server may be away for half a day. The try after the last wait is the last.
WAITS_SECONDS = (60, 180, 540, 1_620, 4_860, 14_580, 43_200)
LOST = "The sender ended before it could say whether it had sent this."

Row = TypeVar("Row", bound=Leased)


@transaction.atomic
def claim(rows: QuerySet[Row], *, lease: timedelta = LEASE) -> Row | None:
    """The longest due of `rows` is ours until its lease runs out; None where nothing is due that nobody else has."""
    due = rows.filter(state__in=UNSENT, due_at__lte=Now()).order_by("due_at", "id")
    row = due.select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None:
        row.attempt_id = uuid4()
        row.attempts += 1
        _table(row).filter(pk=row.pk).update(
            state=State.SENDING,
            attempt_id=row.attempt_id,
            attempts=row.attempts,
            lease_until=Now() + lease,
        )
    return row


def find_lost(rows: QuerySet[Row], *, tries: int = len(WAITS_SECONDS) + 1) -> None:
    """Rows whose sender died are `uncertain` and will be sent again; after as many tries as allowed, `dead`."""
    lost = rows.filter(state=State.SENDING, lease_until__lt=Now())
    given_up = lost.filter(attempts__gte=tries).update(state=State.DEAD, last_error=LOST)
    lost.update(state=State.UNCERTAIN, last_error=LOST)
    if given_up:
        logger.error(_event(rows.model, "dead"), extra={"count": given_up})


def put_off(
    row: Leased, error: Exception, *, waits_seconds: Sequence[int] = WAITS_SECONDS, least_seconds: float = 0
) -> State:
    """The row is tried again later, or is dead after its last try; returns which.

    `least_seconds` is what the other side asked for. The error's words are kept, so they must hold no secret.
    """
    reason = f"{type(error).__name__}: {error}"[:300]
    facts = {"row": row.pk, "attempt": row.attempts, "error": type(error).__name__}
    if row.attempts > len(waits_seconds):
        give_up(row, reason)
        return State.DEAD
    logger.warning(_event(type(row), "failed"), extra=facts, exc_info=not isinstance(error, OSError))
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
    wait = max(waits_seconds[row.attempts - 1] * jitter, least_seconds)
    settle(row, state=State.PENDING, last_error=reason, due_at=Now() + timedelta(seconds=wait))
    return State.PENDING


def give_up(row: Leased, reason: str) -> None:
    """The row is dead: nothing more is tried until an administrator sends it again."""
    settle(row, state=State.DEAD, last_error=reason[:300])
    logger.error(_event(type(row), "dead"), extra={"row": row.pk, "attempt": row.attempts})


def settle(row: Leased, **outcome: Any) -> bool:
    """What came of it is written down, if the claim is still ours; returns whether it was."""
    ours = _table(row).filter(pk=row.pk, attempt_id=row.attempt_id)
    was_ours = bool(ours.update(lease_until=None, **outcome))
    if not was_ours:
        logger.warning(_event(type(row), "lease_was_lost"), extra={"row": row.pk})
    return was_ours


def _table(row: Leased) -> QuerySet[Any]:
    return type(row)._default_manager.all()


def _event(model: type[Leased], what: str) -> str:
    """The name of a log line, such as `notifications.delivery_dead`."""
    return f"{model._meta.label_lower}_{what}"
