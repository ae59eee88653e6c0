"""The KPIs as rows of the list."""

from collections.abc import Iterable
from dataclasses import dataclass

from common.templatetags.ui import kpi_value
from kpis.charts.texts import Change, change_of, interval_text, target_text
from kpis.models import Kpi
from kpis.selectors import KpiCard


@dataclass(frozen=True, slots=True)
class ListedKpi:
    """A KPI with its present value in the reader's words."""

    card: KpiCard
    kpi: Kpi
    value: str
    interval: str
    target: str
    change: Change | None


def listed(cards: Iterable[KpiCard], kpis: Iterable[Kpi]) -> list[ListedKpi]:
    """The cards in their order, each with its KPI."""
    by_id = {kpi.pk: kpi for kpi in kpis}
    return [
        ListedKpi(
            card=card,
            kpi=by_id[card.kpi_id],
            value=kpi_value(card.value, card.unit),
            interval=interval_text(card.low, card.high, card.unit),
            target=target_text(card.target, card.target_upper, card.unit, card.direction),
            change=change_of(card.value, card.previous_value, card.unit, card.direction),
        )
        for card in cards
        if card.kpi_id in by_id
    ]
