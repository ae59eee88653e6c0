"""Closed lists of the goals app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Committed goals count in reviews; stretch goals never do."""

    COMMITTED = "committed", _("Committed")
    STRETCH = "stretch", _("Stretch")


class Status(models.TextChoices):
    """Where a goal stands in its life."""

    ACTIVE = "active", _("Active")
    CLOSED = "closed", _("Closed")


class Source(models.TextChoices):
    """Where a key result's current value comes from."""

    KPI = "kpi", _("A KPI")
    TASKS = "tasks", _("Completed tasks")
    MANUAL = "manual", _("Entered by hand")


class Confidence(models.TextChoices):
    """How sure the owner is, said at a check-in."""

    HIGH = "high", _("On track")
    MEDIUM = "medium", _("At risk")
    LOW = "low", _("Off track")


class Pace(models.TextChoices):
    """Progress against the share of the period that has passed."""

    DONE = "done", _("Reached")
    ON_PACE = "on_pace", _("On pace")
    BEHIND = "behind", _("Behind pace")
    AT_RISK = "at_risk", _("At risk")
    UNKNOWN = "unknown", _("Not measured yet")
