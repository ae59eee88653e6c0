"""The REST doors to KPIs and metrics."""

from kpis.api.kpis import (
    KpiArchival,
    KpiCollection,
    KpiDefinitions,
    KpiResource,
    KpiTargetResource,
    KpiTargets,
)
from kpis.api.metrics import Measurements, MetricCollection
from kpis.api.series import KpiBreakdown, KpiRestatements, KpiSeries, KpiVerification
from kpis.api.signals import SignalAcknowledgement, SignalClosure, SignalCollection, SignalResource

__all__ = [
    "KpiArchival",
    "KpiBreakdown",
    "KpiCollection",
    "KpiDefinitions",
    "KpiResource",
    "KpiRestatements",
    "KpiSeries",
    "KpiTargetResource",
    "KpiTargets",
    "KpiVerification",
    "Measurements",
    "MetricCollection",
    "SignalAcknowledgement",
    "SignalClosure",
    "SignalCollection",
    "SignalResource",
]
