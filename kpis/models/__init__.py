"""Facts (measurements), the cells rolled up from them, the KPIs read from the cells, and what is judged of them."""

from kpis.models.cells import (
    ArchivedMonth,
    CellState,
    DayCell,
    DirtyRange,
    HourCell,
    KpiChange,
    MetricProgress,
    Publication,
    Restatement,
    Verification,
)
from kpis.models.definitions import Kpi, KpiDefinition, KpiDefinitionInput, KpiNote, KpiTarget
from kpis.models.facts import VALUE_DIGITS, VALUE_PLACES, Measurement, Metric
from kpis.models.judgements import BiReader, Forecast, KpiState, Signal

__all__ = [
    "VALUE_DIGITS",
    "VALUE_PLACES",
    "ArchivedMonth",
    "BiReader",
    "CellState",
    "DayCell",
    "DirtyRange",
    "Forecast",
    "HourCell",
    "Kpi",
    "KpiChange",
    "KpiDefinition",
    "KpiDefinitionInput",
    "KpiNote",
    "KpiState",
    "KpiTarget",
    "Measurement",
    "Metric",
    "MetricProgress",
    "Publication",
    "Restatement",
    "Signal",
    "Verification",
]
