"""What has left its limits."""

from django.db.models import QuerySet

from common.errors import NotVisible
from kpis.choices import OPEN_SIGNALS
from kpis.models import Signal
from people.models import Membership


def signals(
    actor: Membership, *, only_open: bool = True, kpi_key: str = "", only_mine: bool = False
) -> QuerySet[Signal]:
    """The organization's signals, newest first, with their KPI, team and owner; one query."""
    found = Signal.objects.visible_to(actor).select_related("kpi", "team", "owner__user").order_by("-pk")
    if only_open:
        found = found.filter(state__in=OPEN_SIGNALS)
    if kpi_key:
        found = found.filter(kpi__key=kpi_key)
    if only_mine:
        found = found.filter(owner=actor)
    return found


def get_signal(actor: Membership, signal_id: int) -> Signal:
    """One signal, open or closed; refuses what the actor may not see."""
    found = signals(actor, only_open=False).filter(pk=signal_id).first()
    if found is None:
        raise NotVisible
    return found
