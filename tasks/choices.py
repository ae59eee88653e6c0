"""Closed lists of the tasks app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a task stands."""

    TODO = "todo", _("To do")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = (Status.TODO, Status.IN_PROGRESS, Status.WAITING)
CLOSED = (Status.DONE, Status.CANCELLED)


class Priority(models.IntegerChoices):
    """How soon a task matters; lower sorts first."""

    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")
