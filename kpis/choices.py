"""Closed lists of the kpis app."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """The unit of a metric's or a KPI's value. Durations are stored in seconds, whatever the page shows."""

    COUNT = "count", _("count")
    SECONDS = "seconds", _("duration")
    PERCENT = "percent", _("percent")
    PER_THOUSAND = "per_thousand", _("per 1,000")
    SCORE = "score", _("score")
    POINTS = "points", _("points")
    CURRENCY = "currency", _("money")


class Aggregate(models.TextChoices):
    """How a KPI's value for a period comes from the facts of that period."""

    SUM = "sum", _("sum")
    COUNT = "count", _("count")
    MEAN = "mean", _("mean")
    MIN = "min", _("smallest")
    MAX = "max", _("largest")
    LAST = "last", _("last value")
    P50 = "p50", _("median")
    P90 = "p90", _("90th percentile")
    SHARE = "share", _("share of scores within limits")
    RATIO = "ratio", _("ratio of two sums")
    NPS = "nps", _("Net Promoter Score")
    BALANCE = "balance", _("running total at the period's end")
    AGE = "age", _("mean age of what is open at the period's end")
    FORMULA = "formula", _("formula over other KPIs")


# Aggregates over two metrics.
PAIRED = (Aggregate.RATIO, Aggregate.AGE)
# Aggregates whose value depends on all earlier days.
RUNNING = (Aggregate.BALANCE, Aggregate.AGE)


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("higher is better")
    DOWN = "down", _("lower is better")
    BETWEEN = "between", _("between two values is best")


class Grain(models.TextChoices):
    """The length of one period of a series."""

    HOUR = "hour", _("Hour")
    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")


class TargetShape(models.TextChoices):
    """How a target gets from its value to the next one."""

    STEP = "step", _("stays until the next one")
    LINE = "line", _("runs straight to the next one")


class TargetPeriod(models.TextChoices):
    """The length of time that the target of a sum or a count is for."""

    DAY = "day", _("day")
    WEEK = "week", _("week")
    FOUR_WEEKS = "four_weeks", _("28 days")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class Status(models.TextChoices):
    """Where a KPI's value stands against its target."""

    ON_TARGET = "on_target", _("On target")
    NEAR = "near", _("Near target")
    OFF_TARGET = "off_target", _("Off target")
    NO_TARGET = "no_target", _("No target")
    TOO_FEW = "too_few", _("Too few data points")


class Finality(models.TextChoices):
    """How settled a period's value is."""

    OPEN = "open", _("period still running")
    PENDING = "pending", _("being recomputed")
    MATURING = "maturing", _("too early to tell")
    UNPUBLISHED = "unpublished", _("not yet published then")
    FINAL = "final", _("final")


class Reason(models.TextChoices):
    """Why a day had to be recomputed."""

    ADDED = "added", _("facts came in")
    CHANGED = "changed", _("facts were corrected")
    REMOVED = "removed", _("facts were retracted")
    CALENDAR = "calendar", _("the time zone changed")
    METRIC = "metric", _("the metric was set up anew")
    REPAIR = "repair", _("recomputed on demand")


class ChangeKind(models.TextChoices):
    """What a client that keeps a copy of the numbers has to load again."""

    PUBLISHED = "published", _("days were published")
    RESTATED = "restated", _("published days changed")
    REDEFINED = "redefined", _("a KPI is computed differently")
    RETARGETED = "retargeted", _("a KPI has another target")


# The kind of the one row that stays of those deleted by age: a reader behind it has missed something.
FORGOTTEN: Final = "forgotten"


class SignalKind(models.TextChoices):
    """What was noticed."""

    SHIFT = "shift", _("shift")
    SPIKE = "spike", _("outlier")
    SPREAD = "spread", _("changed variation")
    TARGET = "target", _("off target")


class SignalTrend(models.TextChoices):
    """Where the value went."""

    UP = "up", _("higher than expected")
    DOWN = "down", _("lower than expected")


class SignalState(models.TextChoices):
    """The life of a signal."""

    NEW = "new", _("New")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    TASK_OPENED = "task_opened", _("Task opened")
    CLOSED = "closed", _("Closed")


OPEN_SIGNALS = (SignalState.NEW, SignalState.ACKNOWLEDGED, SignalState.TASK_OPENED)


class SignalEnding(models.TextChoices):
    """How a signal was closed."""

    BACK_INSIDE = "back_inside", _("back inside its limits")
    NEW_BASELINE = "new_baseline", _("this is the new normal")
    FALSE_ALARM = "false_alarm", _("false alarm")
    SOLVED = "solved", _("solved")
