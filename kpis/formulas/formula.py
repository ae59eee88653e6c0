"""A formula as the rest of the engine uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from kpis.choices import Unit
from kpis.formulas.checking import check_result, measure_of, unknown_name
from kpis.formulas.errors import FormulaError
from kpis.formulas.evaluation import value
from kpis.formulas.ordering import References, find_cycle
from kpis.formulas.parsing import tree_of
from kpis.formulas.tokens import plain
from kpis.formulas.tree import Node, Reference, operands_first, written


@dataclass(frozen=True, slots=True)
class Name:
    """A KPI that a formula names, and the column of its first mention."""

    key: str
    column: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that can be read. Two are equal when their trees are, however they were written."""

    root: Node
    source: str = field(compare=False)

    @property
    def text(self) -> str:
        """The normal form, which parses to an equal formula."""
        return written(self.root)

    @property
    def names(self) -> tuple[Name, ...]:
        """The KPIs it names, each once, in the order of the text."""
        columns: dict[str, int] = {}
        for node in operands_first(self.root):
            if isinstance(node, Reference):
                columns.setdefault(node.key, node.column)
        return tuple(Name(key, column) for key, column in columns.items())

    def check(self, units: Mapping[str, Unit], wanted: Unit) -> None:
        """Raise FormulaError where a name is not a key of `units` or the result does not suit `wanted`."""
        for name in self.names:
            if name.key not in units:
                raise unknown_name(plain(self.source), name.key, name.column, units)
        check_result(self.root, measure_of(self.root, units), wanted)

    def check_cycle(self, own_key: str, references: References) -> None:
        """Raise FormulaError at the name through which the KPI `own_key` would be computed from itself.

        `references` holds the keys that each other formula KPI names.
        """
        for name in self.names:
            cycle = find_cycle(own_key, {**references, own_key: [name.key]})
            if cycle:
                sentence = _("A KPI cannot be computed from itself: %(cycle)s. Take “%(key)s” out.")
                named = {"cycle": " → ".join(cycle), "key": name.key}
                raise FormulaError(name.column, sentence % named)

    def evaluate(self, values: Mapping[str, Decimal | None]) -> Decimal | None:
        """The value from those of the KPIs it names (absent or None: missing), by the rules of docs/formulas.md."""
        return value(self.root, values)


def parse(text: str) -> Formula:
    """Read a formula; raises FormulaError with the column and a sentence for its author, and nothing else."""
    return Formula(tree_of(text), text)
