"""What happened at the days of a KPI's chart."""

from datetime import date

from django.utils.translation import gettext as _

from kpis.models import Kpi, KpiDefinition, KpiNote
from kpis.registry import Annotation, annotation_sources
from people.models import Membership


def annotations(actor: Membership, kpi: Kpi, first_on: date, last_on: date) -> list[Annotation]:
    """Notes, definitions that begin to hold, and what other apps tell of these days, oldest first."""
    days = (first_on, last_on)
    notes = KpiNote.objects.filter(kpi=kpi, day__range=days).select_related("by__user")
    found = [Annotation("note", note.day, note.text, by=str(note.by or "")) for note in notes]
    for version in KpiDefinition.objects.filter(kpi=kpi, applies_from__range=days):
        text = _("Version %(version)s of the definition") % {"version": version.version}
        found.append(Annotation("definition", version.applies_from or first_on, text))
    for source in annotation_sources.values():
        found += source.annotations_of(actor, kpi, first_on, last_on)
    return sorted(found, key=lambda annotation: (annotation.day, annotation.kind))
