"""The formula language of KPIs that are computed from other KPIs; its rules are in docs/formulas.md."""

from kpis.formulas.errors import FormulaError
from kpis.formulas.evaluation import PLACES, VALUE_LIMIT
from kpis.formulas.formula import Formula, Name, parse
from kpis.formulas.ordering import evaluation_order, find_cycle
from kpis.formulas.parsing import DEPTH_LIMIT, LENGTH_LIMIT, NODE_LIMIT

__all__ = [
    "DEPTH_LIMIT",
    "LENGTH_LIMIT",
    "NODE_LIMIT",
    "PLACES",
    "VALUE_LIMIT",
    "Formula",
    "FormulaError",
    "Name",
    "evaluation_order",
    "find_cycle",
    "parse",
]
