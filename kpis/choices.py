"""Closed lists of the kpis app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    """The unit of a metric's or a KPI's value. Durations are stored in seconds, whatever the page shows."""

    COUNT = "count", _("count")
    SECONDS = "seconds", _("duration")
    PERCENT = "percent", _("percent")
    PER_THOUSAND = "per_thousand", _("per 1,000")
    SCORE = "score", _("score")
    CURRENCY = "currency", _("money")


class Aggregate(models.TextChoices):
    """How a KPI's value for a period comes from the facts of that period."""

    SUM = "sum", _("sum")
    COUNT = "count", _("count")
    MEAN = "mean", _("mean")
    MIN = "min", _("smallest")
    MAX = "max", _("largest")
    LAST = "last", _("last value")
    SHARE = "share", _("share of scores at or above a limit")
    RATIO = "ratio", _("ratio of two sums")
    BALANCE = "balance", _("running total at the period's end")


class Direction(models.TextChoices):
    """Which way is better."""

    UP = "up", _("higher is better")
    DOWN = "down", _("lower is better")


class Grain(models.TextChoices):
    """The length of one period of a series."""

    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


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
    FINAL = "final", _("final")
