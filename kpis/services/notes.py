"""Notes that people leave on a KPI's chart."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from kpis.models import Kpi, KpiNote
from kpis.permissions import can_note_on_kpis, can_remove_note
from people.models import Membership

TEXT_LIMIT = 200
FIRST_YEAR, LAST_YEAR = 1900, 2200


@transaction.atomic
def add_note(by: Membership, key: str, *, day: date, text: str) -> KpiNote:
    """Everybody who sees the KPI reads the note at that day. Refuses viewers, no text and absurd days."""
    kpi = Kpi.objects.visible_to(by).filter(key=key).first()
    if kpi is None:
        raise NotVisible
    if not can_note_on_kpis(by):
        raise NotAllowed
    if not text.strip() or len(text.strip()) > TEXT_LIMIT:
        raise InvalidInput({"text": [_("A note has 1 to %(most)s characters.") % {"most": TEXT_LIMIT}]})
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidInput({"day": [_("Days must lie between the years 1900 and 2200.")]})
    note = KpiNote.objects.create(kpi=kpi, day=day, text=text.strip(), by=by)
    record("kpi.noted", subject=kpi, organization_id=kpi.organization_id, by=by, note_id=note.pk)
    return note


@transaction.atomic
def remove_note(by: Membership, key: str, *, note_id: int) -> None:
    """The note is gone. Refuses others' notes, but for managers."""
    note = (
        KpiNote.objects.select_for_update(of=("self",))
        .filter(pk=note_id, kpi__key=key, kpi__organization_id=by.organization_id)
        .select_related("kpi")
        .first()
    )
    if note is None:
        raise NotVisible
    if not can_remove_note(by, note):
        raise NotAllowed
    note.delete()
    record("kpi.note_removed", subject=note.kpi, organization_id=by.organization_id, by=by, note_id=note_id)
