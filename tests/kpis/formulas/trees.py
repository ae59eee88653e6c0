"""Random formulas for the tests of properties, and the KPIs they name."""

from decimal import Decimal

from hypothesis import strategies as st

from kpis.choices import Unit
from kpis.formulas.tree import NEGATIVE, SUFFIXES, Call, Node, Number, Reference

UNITS = {
    "opened": Unit.COUNT,
    "resolved": Unit.COUNT,
    "team.size": Unit.COUNT,
    "aht": Unit.SECONDS,
    "first-response-time": Unit.SECONDS,
    "csat": Unit.PERCENT,
    "on-time": Unit.PERCENT,
    "complaint-rate": Unit.PER_THOUSAND,
    "mark": Unit.SCORE,
    "cost": Unit.CURRENCY,
    "sales": Unit.CURRENCY,
}
NUMBERS = st.builds(
    Number,
    st.one_of(st.integers(0, 20).map(Decimal), st.decimals(0, 1_000, places=2)),
    st.sampled_from(["", "", "", *SUFFIXES]),
)
REFERENCES = st.builds(Reference, st.sampled_from(sorted(UNITS)))


def _calls(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Call]:
    several = st.lists(nodes, min_size=2, max_size=4).map(tuple)
    places = st.integers(0, 9).map(lambda number: Number(Decimal(number)))
    return st.one_of(
        st.builds(Call, st.sampled_from("+-*/"), st.tuples(nodes, nodes)),
        st.builds(Call, st.sampled_from(["min", "max", "coalesce"]), several),
        st.builds(Call, st.sampled_from([NEGATIVE, "abs", "round"]), st.tuples(nodes)),
        st.builds(Call, st.just("round"), st.tuples(nodes, places)),
        st.builds(Call, st.just("safe_div"), st.tuples(nodes, nodes, nodes)),
    )


TREES: st.SearchStrategy[Node] = st.recursive(NUMBERS | REFERENCES, _calls, max_leaves=25)
VALUES = st.fixed_dictionaries(
    {key: st.one_of(st.none(), st.decimals(-1_000, 1_000, places=3)) for key in UNITS}
)
