"""The life of a signal after a worker has seen it: acknowledged, made a task, closed with a reason."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from kpis.choices import OPEN_SIGNALS, SignalEnding, SignalState
from kpis.errors import SignalHasTask, SignalIsClosed
from kpis.models import Signal
from kpis.permissions import can_decide_on_signals
from people.models import Membership


@transaction.atomic
def acknowledge_signal(
    by: Membership, *, signal_id: int, version: int | None = None, comment: str = ""
) -> Signal:
    """`by` looks after the signal from now on. Refuses viewers and a closed signal; again by another: theirs."""
    signal = _open_signal(by, signal_id, version)
    if signal.state == SignalState.NEW:
        signal.state = SignalState.ACKNOWLEDGED
    signal.owner = by
    signal.comment = comment or signal.comment
    signal.acknowledged_at = signal.acknowledged_at or timezone.now()
    return _saved(signal, by, "signal.acknowledged")


@transaction.atomic
def link_task(by: Membership, *, signal_id: int, task_id: int) -> Signal:
    """The signal is being worked on in that task, which the caller has just made. Refuses a second task."""
    signal = _open_signal(by, signal_id, None)
    if signal.task_id is not None:
        raise SignalHasTask
    signal.task_id = task_id
    signal.state = SignalState.TASK_OPENED
    signal.owner = signal.owner or by
    signal.acknowledged_at = signal.acknowledged_at or timezone.now()
    return _saved(signal, by, "signal.task_opened", task_id=task_id)


@transaction.atomic
def close_signal(
    by: Membership, *, signal_id: int, ending: SignalEnding, reason: str = "", version: int | None = None
) -> Signal:
    """The signal is closed for good. A new baseline needs a reason: from its first day on the KPI is judged anew."""
    signal = _open_signal(by, signal_id, version)
    if ending == SignalEnding.NEW_BASELINE and not reason.strip():
        raise InvalidInput({"reason": [_("Say why this is the new normal, for those who look at it later.")]})
    return end_signal(signal, ending=ending, reason=reason, by=by)


def take_back_signals(organization_id: int, signal_ids: Collection[int]) -> list[int]:
    """Those that nobody has taken up are gone, as their numbers are; returns their ids.

    Where the numbers that are left still say so, the next look opens one again.
    """
    waiting = Signal.objects.filter(
        organization_id=organization_id, pk__in=signal_ids, state=SignalState.NEW, owner=None
    )
    gone = list(waiting.select_for_update().values_list("pk", flat=True))
    Signal.objects.filter(pk__in=gone).delete()
    return gone


def end_signal(signal: Signal, *, ending: SignalEnding, by: Membership | None, reason: str = "") -> Signal:
    """As `close_signal`, for a signal that the caller holds locked; `by` None is a worker."""
    signal.state = SignalState.CLOSED
    signal.ending = ending
    signal.ending_reason = reason.strip()
    signal.closed_at = timezone.now()
    return _saved(signal, by, "signal.closed", ending=str(ending))


def _open_signal(by: Membership, signal_id: int, version: int | None) -> Signal:
    signal = Signal.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=signal_id).first()
    if signal is None:
        raise NotVisible
    if not can_decide_on_signals(by):
        raise NotAllowed
    if signal.state not in OPEN_SIGNALS:
        raise SignalIsClosed
    if version is not None and version != signal.version:
        raise StaleVersion
    return signal


def _saved(signal: Signal, by: Membership | None, verb: str, **facts: str | int | None) -> Signal:
    signal.version += 1
    signal.save()
    record(verb, subject=signal, organization_id=signal.organization_id, by=by, kpi_id=signal.kpi_id, **facts)
    return signal
