"""What stands around a KPI's values on its page: forecast, notes, and who made its definitions."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from common.errors import NotVisible
from kpis.models import Forecast, Kpi, KpiDefinition, KpiNote, Metric
from kpis.registry import shipped_metrics
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.series import Series
from people.models import Membership


def forecast_of(series: Series) -> Forecast | None:
    """The newest forecast for periods of this length, where it beats the naive one."""
    return Forecast.objects.filter(kpi=series.kpi, grain=series.grain, beats_naive=True).first()


def notes_of(kpi: Kpi, first_on: date, last_on: date) -> QuerySet[KpiNote]:
    """The notes on these days, oldest first, with their writers."""
    notes = KpiNote.objects.filter(kpi=kpi, day__range=(first_on, last_on))
    return notes.select_related("by__user").order_by("day", "id")


def notes_on(actor: Membership, key: str) -> QuerySet[KpiNote]:
    """All notes on a KPI with their writers; refuses a KPI the actor cannot see. Two queries."""
    kpi = Kpi.objects.visible_to(actor).filter(key=key).first()
    if kpi is None:
        raise NotVisible
    return KpiNote.objects.filter(kpi=kpi).select_related("by__user")


def get_note(actor: Membership, key: str, note_id: int) -> KpiNote:
    """One note on that KPI; refuses what is not there for the actor."""
    note = notes_on(actor, key).filter(pk=note_id).first()
    if note is None:
        raise NotVisible
    return note


def makers_of(versions: Iterable[KpiDefinition]) -> dict[int, str]:
    """The names of those who made the versions, by membership."""
    ids = {version.created_by_id for version in versions if version.created_by_id}
    if not ids:
        return {}
    return {each.pk: str(each) for each in Membership.objects.filter(pk__in=ids).select_related("user")}


def is_pushed(metric: Metric) -> bool:
    """Whether its facts come from outside: no app of ours feeds it."""
    return metric.key not in shipped_metrics()


def pushed_metrics(defined: DefinedKpi) -> list[Metric]:
    """The metrics behind the KPI whose facts come from outside, each once."""
    found = {
        metric.pk: metric
        for leaf in defined.leaves
        for metric in (leaf.metric, leaf.denominator)
        if metric is not None and is_pushed(metric)
    }
    return list(found.values())
