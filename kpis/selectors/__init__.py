"""Reads of the kpis app: from cells, with what is still pending; facts for drill-down, proof and strict reads."""

from kpis.selectors.asking import Compare, Consistency
from kpis.selectors.asking import kpi_asked as defined_kpi
from kpis.selectors.breakdown import Breakdown, BreakdownPart, breakdown
from kpis.selectors.calendar import today
from kpis.selectors.cards import CurrentValue, KpiBoard, KpiCard, cards, current_values, kpi_board, kpi_card
from kpis.selectors.changes import Change, ChangedKpi, ChangePage, changes
from kpis.selectors.definitions import DefinedKpi, defined_kpis, get_metric, ids_of_kpis, metrics
from kpis.selectors.outlooks import FutureDay, Outlook, outlooks, trusted_forecasts
from kpis.selectors.points import Point
from kpis.selectors.proving import Verification, verify
from kpis.selectors.restatements import Restated, Restatements, restatements
from kpis.selectors.rows import FactRow, RowPage, rows
from kpis.selectors.series import Series, SeriesRequest, read_series, series, series_request
from kpis.selectors.signals import get_signal, signals
from kpis.selectors.states import states
from kpis.selectors.surroundings import get_note, notes_on
from kpis.selectors.totals import By
from kpis.selectors.verifying import WrongCell, wrong_cells
from kpis.selectors.versions import state_of_numbers

__all__ = [
    "Breakdown",
    "BreakdownPart",
    "By",
    "Change",
    "ChangePage",
    "ChangedKpi",
    "Compare",
    "Consistency",
    "CurrentValue",
    "DefinedKpi",
    "FactRow",
    "FutureDay",
    "KpiBoard",
    "KpiCard",
    "Outlook",
    "Point",
    "Restated",
    "Restatements",
    "RowPage",
    "Series",
    "SeriesRequest",
    "Verification",
    "WrongCell",
    "breakdown",
    "cards",
    "changes",
    "current_values",
    "defined_kpi",
    "defined_kpis",
    "get_metric",
    "get_note",
    "get_signal",
    "ids_of_kpis",
    "kpi_board",
    "kpi_card",
    "metrics",
    "notes_on",
    "outlooks",
    "read_series",
    "restatements",
    "rows",
    "series",
    "series_request",
    "signals",
    "state_of_numbers",
    "states",
    "today",
    "trusted_forecasts",
    "verify",
    "wrong_cells",
]
