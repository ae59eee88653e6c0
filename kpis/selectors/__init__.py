"""Reads of the kpis app: from cells, with what is still pending; facts for drill-down, proof and strict reads."""

from kpis.selectors.asking import Compare, Consistency
from kpis.selectors.calendar import today
from kpis.selectors.cards import CurrentValue, KpiCard, cards, current_values, kpi_card
from kpis.selectors.definitions import DefinedKpi, defined_kpis, metrics
from kpis.selectors.points import Point
from kpis.selectors.rows import FactRow, RowPage, rows
from kpis.selectors.series import Series, SeriesRequest, read_series, series, series_request
from kpis.selectors.verifying import WrongCell, wrong_cells

__all__ = [
    "Compare",
    "Consistency",
    "CurrentValue",
    "DefinedKpi",
    "FactRow",
    "KpiCard",
    "Point",
    "RowPage",
    "Series",
    "SeriesRequest",
    "WrongCell",
    "cards",
    "current_values",
    "defined_kpis",
    "kpi_card",
    "metrics",
    "read_series",
    "rows",
    "series",
    "series_request",
    "today",
    "wrong_cells",
]
