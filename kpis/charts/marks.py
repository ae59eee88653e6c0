"""What is marked in a chart: notes, changes of the definition, and what other apps tell."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from kpis.charts.recipe import definition_text
from kpis.models import KpiNote
from kpis.permissions import can_remove_note
from kpis.registry import annotation_sources
from kpis.selectors import Series
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.surroundings import notes_of
from people.models import Membership


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered mark at a day, explained in the list below the chart."""

    number: int
    day: date
    kind: str
    text: str
    by: str = ""
    url: str = ""
    note_id: int | None = None


def marks_of(actor: Membership, defined: DefinedKpi, series: Series) -> list[Mark]:
    """Everything marked within the series, oldest first."""
    if not series.points:
        return []
    first_on, last_on = series.points[0].starts_on, series.points[-1].ends_on
    found = [_of_note(actor, note) for note in notes_of(series.kpi, first_on, last_on)]
    found += [
        Mark(
            0,
            version.applies_from,
            _("Definition"),
            _("Version %(version)s: %(text)s")
            % {"version": version.version, "text": definition_text(version)},
        )
        for version in defined.versions
        if version.applies_from is not None and first_on <= version.applies_from <= last_on
    ]
    found += [
        Mark(0, told.day, _kind(source.name), told.text, by=told.by, url=told.url)
        for source in annotation_sources.values()
        for told in source.annotations_of(actor, series.kpi, first_on, last_on)
    ]
    found.sort(key=lambda mark: mark.day)
    return [replace(mark, number=number) for number, mark in enumerate(found, start=1)]


def _kind(source: str) -> str:
    return {"tasks": _("Task")}.get(source, "")


def _of_note(actor: Membership, note: KpiNote) -> Mark:
    removable = note.pk if can_remove_note(actor, note) else None
    return Mark(0, note.day, _("Note"), note.text, by=str(note.by or ""), note_id=removable)
