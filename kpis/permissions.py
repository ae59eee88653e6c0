"""What a membership may do with KPIs."""

from kpis.models import KpiNote
from people.models import Membership
from people.permissions import can_manage, can_work


def can_push_measurements(actor: Membership) -> bool:
    """Members and above; viewers only read."""
    return can_work(actor)


def can_define_kpis(actor: Membership) -> bool:
    """Managers decide what is measured and what its target is."""
    return can_manage(actor)


def can_decide_on_signals(actor: Membership) -> bool:
    """Members and above; viewers only read."""
    return can_work(actor)


def can_note_on_kpis(actor: Membership) -> bool:
    """Members and above; viewers only read."""
    return can_work(actor)


def can_remove_note(actor: Membership, note: KpiNote) -> bool:
    """Whoever wrote it, and managers."""
    return can_manage(actor) or (can_work(actor) and note.by_id == actor.pk)
