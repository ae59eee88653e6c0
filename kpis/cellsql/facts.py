"""The facts of some local days: which instants they lie in, and what their metrics keep."""

from dataclasses import dataclass

FLAGS = ("is_ordinal", "keeps_order", "keeps_percentiles", "keeps_hours")


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The local day and time of a fact f of the metric d."""

    day: str
    time: str


BY_ORGANIZATION = LocalTime(
    day="(f.occurred_at AT TIME ZONE d.time_zone)::date", time="(f.occurred_at AT TIME ZONE d.time_zone)"
)
# Where the session has the organization's time zone: half the cost of grouping a fact by its day.
BY_SESSION = LocalTime(day="f.occurred_at::date", time="f.occurred_at::timestamp")


def days_asked(ranges: str, *, skip_frozen: bool) -> str:
    """A SELECT of d, what to fold: one row for each range in s(metric_id, first_on, last_on), which must not overlap.

    The facts of d lie from `from_at` to before `to_at`, and nothing else does where these `are_exact`.
    """
    first_on = "greatest(s.first_on, m.final_before)" if skip_frozen else "s.first_on"
    return f"""
SELECT m.id AS metric_id, o.time_zone, {", ".join(f"m.{flag}" for flag in FLAGS)}, t.first_on, s.last_on,
    {_utc("t.first_on")} - b.most AS from_at, {_utc("(s.last_on + 1)")} - e.least AS to_at,
    b.most = b.least AND e.most = e.least AS are_exact
FROM {ranges}
JOIN kpis_metric AS m ON m.id = s.metric_id
JOIN people_organization AS o ON o.id = m.organization_id
CROSS JOIN LATERAL (SELECT {first_on} AS first_on) AS t
CROSS JOIN LATERAL ({_offsets("t.first_on")}) AS b
CROSS JOIN LATERAL ({_offsets("(s.last_on + 1)")}) AS e
WHERE t.first_on <= s.last_on
"""  # noqa: S608 - put together from constants


def facts_of(days: str, local: LocalTime) -> str:
    """A FROM clause: the facts f of each row of `days`, a relation that this names d."""
    return f"""
{days} AS d JOIN kpis_measurement AS f
    ON f.metric_id = d.metric_id AND f.occurred_at >= d.from_at AND f.occurred_at < d.to_at
    AND (d.are_exact OR {local.day} BETWEEN d.first_on AND d.last_on)
"""


def keys_of_cell(local: LocalTime, *, hours: bool) -> list[str]:
    """What the facts of a cell have in common.

    An hour is the moment at which the local clock showed no minutes and seconds, so that every fact has exactly one.
    """
    keys = ["d.metric_id", f"{local.day} AS day", "f.team_id", "f.member_id", "f.label"]
    hour = f"f.occurred_at - ({local.time} - date_trunc('hour', {local.time})) AS hour"
    return [*keys, hour] if hours else keys


def _utc(day: str) -> str:
    return f"{day}::timestamp AT TIME ZONE 'UTC'"


def _offsets(day: str) -> str:
    """The offsets from UTC around the beginning of a day: t is in local day D where t plus the offset at t is in D.

    OFFSET 0: they are looked up once.
    """
    around = [_utc(f"({day} + {step})") for step in (-1, 0, 1)]
    each = ", ".join(f"({at}) AT TIME ZONE o.time_zone - ({at}) AT TIME ZONE 'UTC'" for at in around)
    return f"SELECT greatest({each}) AS most, least({each}) AS least OFFSET 0"
