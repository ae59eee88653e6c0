"""SQL texts of the cells, one place for each rule: how facts fold, how states merge, where cells are read from."""

from kpis.cellsql.relations import Source, cells_of, first_days, spans
from kpis.cellsql.sketches import percentile
from kpis.cellsql.state import COLUMNS, MERGE

__all__ = ["COLUMNS", "MERGE", "Source", "cells_of", "first_days", "percentile", "spans"]
