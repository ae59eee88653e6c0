"""What a membership may do with KPIs."""

from kpis.models import KpiNote
from people.choices import Permission
from people.models import Membership
from people.permissions import may


def can_push_measurements(actor: Membership) -> bool:
    """Members and above, and custom roles that say so; viewers only read."""
    return may(actor, Permission.KPIS_PUSH)


def can_define_kpis(actor: Membership) -> bool:
    """Managers decide what is measured and what its target is."""
    return may(actor, Permission.KPIS_DEFINE)


def can_decide_on_signals(actor: Membership) -> bool:
    """Members and above; viewers only read."""
    return may(actor, Permission.SIGNALS_DECIDE)


def can_note_on_kpis(actor: Membership) -> bool:
    """Members and above; viewers only read."""
    return may(actor, Permission.KPIS_NOTE)


def can_remove_note(actor: Membership, note: KpiNote) -> bool:
    """Whoever wrote it, and whoever defines KPIs."""
    return can_define_kpis(actor) or (can_note_on_kpis(actor) and note.by_id == actor.pk)
