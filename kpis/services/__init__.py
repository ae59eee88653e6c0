"""Writes of the kpis app: facts, the cells rolled up from them, definitions and the shipped library."""

from kpis.services.definitions import Definition, change_definition, create_kpi, create_metric, set_target
from kpis.services.installing import create_metrics, install_library
from kpis.services.measurements import (
    REBUILD_ROWS,
    IngestCounts,
    MeasurementRow,
    emit_facts,
    ids_to_rebuild,
    import_measurements,
    ingest_measurements,
    rebuild_facts,
)
from kpis.services.partitions import make_months, tidy_partitions
from kpis.services.rollup import nudge, recompute_all_dirty, recompute_shard, sweep_dirty

__all__ = [
    "REBUILD_ROWS",
    "Definition",
    "IngestCounts",
    "MeasurementRow",
    "change_definition",
    "create_kpi",
    "create_metric",
    "create_metrics",
    "emit_facts",
    "ids_to_rebuild",
    "import_measurements",
    "ingest_measurements",
    "install_library",
    "make_months",
    "nudge",
    "rebuild_facts",
    "recompute_all_dirty",
    "recompute_shard",
    "set_target",
    "sweep_dirty",
    "tidy_partitions",
]
