"""What the KPI API takes and gives."""

from kpis.serializers.changes import ChangesOutput, FactsOutput, NoteInput, NoteOutput
from kpis.serializers.forecasts import ForecastOutput
from kpis.serializers.inputs import (
    DefinitionInput,
    KpiInput,
    KpiPatch,
    MetricInput,
    TargetInput,
    definition_of,
)
from kpis.serializers.measurements import CountsOutput, MeasurementsInput, measurement_rows
from kpis.serializers.outputs import (
    BreakdownOutput,
    KpiDetailOutput,
    KpiOutput,
    MetricOutput,
    RestatementsOutput,
    SeriesOutput,
    TargetOutput,
    VerificationOutput,
    VersionOutput,
)
from kpis.serializers.signals import AcknowledgementInput, ClosureInput, SignalOutput, ending_of

__all__ = [
    "AcknowledgementInput",
    "BreakdownOutput",
    "ChangesOutput",
    "ClosureInput",
    "CountsOutput",
    "DefinitionInput",
    "FactsOutput",
    "ForecastOutput",
    "KpiDetailOutput",
    "KpiInput",
    "KpiOutput",
    "KpiPatch",
    "MeasurementsInput",
    "MetricInput",
    "MetricOutput",
    "NoteInput",
    "NoteOutput",
    "RestatementsOutput",
    "SeriesOutput",
    "SignalOutput",
    "TargetInput",
    "TargetOutput",
    "VerificationOutput",
    "VersionOutput",
    "definition_of",
    "ending_of",
    "measurement_rows",
]
