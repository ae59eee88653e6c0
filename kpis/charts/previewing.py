"""The chart and the words of a preview."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.charts.drawing import Extras, chart_of
from kpis.charts.rows import rows_of
from kpis.choices import Finality, Grain
from kpis.selectors import Series
from kpis.selectors.points import point_of
from kpis.selectors.previews import Preview


@dataclass(frozen=True, slots=True)
class ShownPreview:
    """What a preview shows: a sentence on what would change, and both series over each other."""

    sentence: str
    chart: dict[str, Any]
    rows: list[Any]
    is_new: bool
    changes_published: bool


def shown_preview(preview: Preview) -> ShownPreview:
    """The preview in the reader's words."""
    points = [
        point_of(preview.kpi, point.period, point.new, Finality.FINAL, point.old) for point in preview.points
    ]
    series = Series(
        kpi=preview.kpi.kpi,
        definition_version=preview.kpi.versions[0].version,
        grain=Grain.WEEK,
        points=points,
        etag="",
        fresh_through=None,  # type: ignore[arg-type] # not shown
        pending=False,
    )
    rows = rows_of(series, preview.kpi.calendar.zone, {})
    name = "" if preview.is_new else _("as it is now")
    return ShownPreview(
        sentence=_sentence(preview),
        chart=chart_of(series, rows, Extras(targets=preview.kpi.targets, compared_name=name)),
        rows=rows[::-1],
        is_new=preview.is_new,
        changes_published=any(point.is_published for point in preview.changed),
    )


def _sentence(preview: Preview) -> str:
    weeks = len(preview.points)
    if preview.is_new:
        known = sum(point.new.value is not None for point in preview.points)
        sentence = ngettext(
            "%(known)s of the last %(weeks)s weeks has a value.",
            "%(known)s of the last %(weeks)s weeks have a value.",
            known,
        )
        return sentence % {"known": known, "weeks": weeks}
    changed = len(preview.changed)
    if not changed:
        return _("None of the last %(weeks)s weeks would change.") % {"weeks": weeks}
    sentence = ngettext(
        "%(changed)s of the last %(weeks)s weeks would change, %(published)s of them published.",
        "%(changed)s of the last %(weeks)s weeks would change, %(published)s of them published.",
        changed,
    )
    published = sum(point.is_published for point in preview.changed)
    return sentence % {"changed": changed, "weeks": weeks, "published": published}
