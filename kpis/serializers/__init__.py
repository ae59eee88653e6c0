"""What the KPI API takes and gives."""

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

__all__ = [
    "BreakdownOutput",
    "CountsOutput",
    "DefinitionInput",
    "KpiDetailOutput",
    "KpiInput",
    "KpiOutput",
    "KpiPatch",
    "MeasurementsInput",
    "MetricInput",
    "MetricOutput",
    "RestatementsOutput",
    "SeriesOutput",
    "TargetInput",
    "TargetOutput",
    "VerificationOutput",
    "VersionOutput",
    "definition_of",
    "measurement_rows",
]
