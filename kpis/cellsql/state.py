"""The state of some facts: its columns, and how the states of cells merge."""

SCORES = 11
COLUMNS = (
    "n",
    "total",
    "squares",
    "smallest",
    "largest",
    "first_value",
    "first_at",
    "last_value",
    "last_at",
    "score_counts",
    "sketch_values",
    "sketch_counts",
)
PLACE = ("team_id", "member_id", "label")

# The merged state of the cells `c` of one group, by name. `first` and `last` are [epoch seconds, value]: at the same
# moment the smaller value is the first and the larger one the last. The two sketch columns are JSON lists with one
# list per cell, in the same order, for `percentile`; a list of counts may be null (each value stands for one fact).
MERGE = {
    "n": "sum(c.n)::bigint",
    "total": "sum(c.total)",
    "squares": "sum(c.squares)",
    "smallest": "min(c.smallest)",
    "largest": "max(c.largest)",
    "first": "min(ARRAY[extract(epoch FROM c.first_at), c.first_value]) FILTER (WHERE c.first_at IS NOT NULL)",
    "last": "max(ARRAY[extract(epoch FROM c.last_at), c.last_value]) FILTER (WHERE c.last_at IS NOT NULL)",
    "score_counts": "CASE WHEN count(c.score_counts) > 0 THEN ARRAY["
    + ", ".join(f"sum(c.score_counts[{score}])::bigint" for score in range(1, SCORES + 1))
    + "] END",
    "sketch_values": "json_agg(c.sketch_values) FILTER (WHERE c.sketch_values IS NOT NULL)",
    "sketch_counts": "json_agg(c.sketch_counts) FILTER (WHERE c.sketch_values IS NOT NULL)",
    "version": "max(c.version)",
}
