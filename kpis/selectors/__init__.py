"""Reads of the kpis app: from day cells, with what is still pending; facts only for drill-down."""

from kpis.selectors.cards import CurrentValue, KpiCard, cards, current_values

__all__ = [
    "CurrentValue",
    "KpiCard",
    "cards",
    "current_values",
]
