"""Writes of the kpis app: facts, the cells rolled up from them, definitions and the shipped library."""

from kpis.services.archiving import archive_month, months_to_archive, restore_month
from kpis.services.bi_readers import add_bi_reader, remove_bi_reader
from kpis.services.changes import forget_changes
from kpis.services.choosing import choose_kpis
from kpis.services.defining import Definition, checked_definition, keep_what_is_read
from kpis.services.definitions import (
    archive_kpi,
    change_definition,
    create_kpi,
    create_metric,
    edit_kpi,
    restore_kpi,
)
from kpis.services.forecasts import forecast_due
from kpis.services.freezing import freeze_before
from kpis.services.installing import create_metrics, install_library
from kpis.services.judging import judge_due, judge_kpis
from kpis.services.measurements import (
    REBUILD_ROWS,
    IngestCounts,
    MeasurementRow,
    emit_facts,
    facts_together,
    ids_to_rebuild,
    import_measurements,
    ingest_measurements,
    rebuild_facts,
)
from kpis.services.metrics import keep_hours
from kpis.services.notes import add_note, remove_note
from kpis.services.partitions import make_months, tidy_partitions
from kpis.services.publication import publish_days
from kpis.services.rollup import nudge, recompute_all_dirty, recompute_shard, sweep_dirty
from kpis.services.signals import acknowledge_signal, close_signal, link_task, take_back_signals
from kpis.services.targets import remove_target, set_target
from kpis.services.verifying import verify_due
from kpis.services.watching import watch_due, watch_kpis

__all__ = [
    "REBUILD_ROWS",
    "Definition",
    "IngestCounts",
    "MeasurementRow",
    "acknowledge_signal",
    "add_bi_reader",
    "add_note",
    "archive_kpi",
    "archive_month",
    "change_definition",
    "checked_definition",
    "choose_kpis",
    "close_signal",
    "create_kpi",
    "create_metric",
    "create_metrics",
    "edit_kpi",
    "emit_facts",
    "facts_together",
    "forecast_due",
    "forget_changes",
    "freeze_before",
    "ids_to_rebuild",
    "import_measurements",
    "ingest_measurements",
    "install_library",
    "judge_due",
    "judge_kpis",
    "keep_hours",
    "keep_what_is_read",
    "link_task",
    "make_months",
    "months_to_archive",
    "nudge",
    "publish_days",
    "rebuild_facts",
    "recompute_all_dirty",
    "recompute_shard",
    "remove_bi_reader",
    "remove_note",
    "remove_target",
    "restore_kpi",
    "restore_month",
    "set_target",
    "sweep_dirty",
    "take_back_signals",
    "tidy_partitions",
    "verify_due",
    "watch_due",
    "watch_kpis",
]
