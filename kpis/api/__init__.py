"""The REST doors to KPIs and metrics."""

from kpis.api.changes import Changes, KpiNoteResource, KpiNotes, KpiRows
from kpis.api.forecasts import KpiForecasts
from kpis.api.kpis import (
    KpiArchival,
    KpiCollection,
    KpiDefinitionResource,
    KpiDefinitions,
    KpiResource,
    KpiTargetResource,
    KpiTargets,
)
from kpis.api.metrics import Measurements, MetricCollection, MetricResource
from kpis.api.series import KpiBreakdown, KpiRestatements, KpiSeries, KpiVerification
from kpis.api.signals import SignalAcknowledgement, SignalClosure, SignalCollection, SignalResource

__all__ = [
    "Changes",
    "KpiArchival",
    "KpiBreakdown",
    "KpiCollection",
    "KpiDefinitionResource",
    "KpiDefinitions",
    "KpiForecasts",
    "KpiNoteResource",
    "KpiNotes",
    "KpiResource",
    "KpiRestatements",
    "KpiRows",
    "KpiSeries",
    "KpiTargetResource",
    "KpiTargets",
    "KpiVerification",
    "Measurements",
    "MetricCollection",
    "MetricResource",
    "SignalAcknowledgement",
    "SignalClosure",
    "SignalCollection",
    "SignalResource",
]
