"""How facts fold into the state of a cell. `kpi_verify` and the tests prove it by another statement."""

from collections.abc import Collection
from enum import Enum

from kpis.cellsql.state import SCORES

# Up to so many facts a sketch holds their own values, beyond that DDSketch bins: Masson, Rim and Lee, "DDSketch", VLDB
# 2019, section 2.1, with an accuracy of 1 %.
EXACT_ROWS = 64
GAMMA = "(1.01::float8 / 0.99)"
MIDDLE = f"""
CASE WHEN u.v = 0 THEN 0
    ELSE sign(u.v) * 2 * power({GAMMA}, ceil(ln(abs(u.v)) / ln({GAMMA}))) / ({GAMMA} + 1) END
"""


class Keeps(Enum):
    """What a metric's cells may hold beside the moments: the name of its flag."""

    ORDER = "keeps_order"
    SCORES = "is_ordinal"
    PERCENTILES = "keeps_percentiles"


# A fact of weight w counts as w facts. Nearly all have weight 1, so the others are added for themselves: multiplying
# every value by its weight cost half as much again as all other sums.
HEAVY = "FILTER (WHERE f.weight > 1)"
MOMENTS = {
    "n": f"count(*) + coalesce(sum(f.weight - 1) {HEAVY}, 0)",
    "total": f"sum(f.value) + coalesce(sum(f.value * (f.weight - 1)) {HEAVY}, 0)",
    "squares": f"sum(f.value * f.value) + coalesce(sum(f.value * f.value * (f.weight - 1)) {HEAVY}, 0)",
    "smallest": "min(f.value)",
    "largest": "max(f.value)",
}
FACT_AT = "ARRAY[extract(epoch FROM f.occurred_at), f.value]"
ORDER = {
    "first_value": f"(min({FACT_AT}) FILTER (WHERE d.keeps_order))[2]",
    "first_at": "min(f.occurred_at) FILTER (WHERE d.keeps_order)",
    "last_value": f"(max({FACT_AT}) FILTER (WHERE d.keeps_order))[2]",
    "last_at": "max(f.occurred_at) FILTER (WHERE d.keeps_order)",
}
NO_ORDER = {
    "first_value": "NULL::numeric",
    "first_at": "NULL::timestamptz",
    "last_value": "NULL::numeric",
    "last_at": "NULL::timestamptz",
}
SCORE_COUNTS = (
    "CASE WHEN bool_and(d.is_ordinal) THEN ARRAY["
    + ", ".join(
        f"coalesce(sum(f.weight) FILTER (WHERE d.is_ordinal AND f.value = {score}), 0)"
        for score in range(SCORES)
    )
    + "] END"
)
COLLECTED = """
, count(*) AS fact_rows,
array_agg(f.value::float8) FILTER (WHERE d.keeps_percentiles AND f.weight = 1) AS light,
array_agg(f.value::float8) FILTER (WHERE d.keeps_percentiles AND f.weight > 1) AS heavy,
array_agg(f.weight) FILTER (WHERE d.keeps_percentiles AND f.weight > 1) AS weights
"""
# Few light facts, by far the most frequent case, need one small sort. Others are grouped: values, then their counts.
FEW = f"g.heavy IS NULL AND g.fact_rows <= {EXACT_ROWS}"
PACKED = f"""
CASE WHEN g.light IS NULL AND g.heavy IS NULL THEN NULL
    WHEN {FEW} THEN ARRAY(SELECT v FROM unnest(g.light) AS v ORDER BY v)
    ELSE (
        SELECT array_agg(b.v ORDER BY b.v) || array_agg(b.w ORDER BY b.v) FROM (
            SELECT CASE WHEN g.fact_rows <= {EXACT_ROWS} THEN u.v ELSE {MIDDLE} END AS v, sum(u.w)::float8 AS w
            FROM (SELECT v, 1 AS w FROM unnest(g.light) AS v
                UNION ALL SELECT v, w FROM unnest(g.heavy, g.weights) AS t(v, w)) AS u
            GROUP BY 1
        ) AS b
    ) END AS packed
"""  # noqa: S608 - put together from constants
SKETCH = f"""
CASE WHEN {FEW} THEN g.packed ELSE g.packed[:cardinality(g.packed) / 2] END AS sketch_values,
CASE WHEN NOT ({FEW}) AND cardinality(g.packed) / 2 < g.n
    THEN g.packed[cardinality(g.packed) / 2 + 1:]::bigint[] END AS sketch_counts
"""


def folded(facts: str, keys: Collection[str], keeps: Collection[Keeps] = tuple(Keeps)) -> str:
    """A SELECT of `keys` and the state, one row for each group of `facts`: a FROM clause with facts f and metrics d.

    Teams and members are 0 where there are none. Leave out of `keeps` what no metric of `facts` keeps: it costs time.
    """
    columns = MOMENTS | (ORDER if Keeps.ORDER in keeps else NO_ORDER)
    columns["score_counts"] = SCORE_COUNTS if Keeps.SCORES in keeps else "NULL::bigint[]"
    expressions = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    numbers = ", ".join(str(number) for number in range(1, len(keys) + 1))
    names = ", ".join([*map(_name, keys), *columns])
    if Keeps.PERCENTILES not in keeps:
        return (
            f"SELECT {names}, NULL::float8[] AS sketch_values, NULL::bigint[] AS sketch_counts"  # noqa: S608 - as above
            f" FROM (SELECT {', '.join(keys)}, {expressions} FROM {facts} GROUP BY {numbers}) AS g"
        )
    groups = f"SELECT {', '.join(keys)}, {expressions}{COLLECTED} FROM {facts} GROUP BY {numbers}"  # noqa: S608 - as above
    # OFFSET 0: each sketch is packed once, then taken apart.
    return f"SELECT {names}, {SKETCH} FROM (SELECT g.*, {PACKED} FROM ({groups}) AS g OFFSET 0) AS g"  # noqa: S608 - as above


def _name(key: str) -> str:
    name = key.rpartition(" AS ")[2].rpartition(".")[2]
    return f"coalesce({name}, 0) AS {name}" if name in {"team_id", "member_id"} else name
