"""A series as its page shows it: the same numbers as texts, as rows of a table and as points of a chart."""

from kpis.charts.drawing import chart_of
from kpis.charts.rows import Row, rows_of

__all__ = ["Row", "chart_of", "rows_of"]
