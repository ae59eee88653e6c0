"""Closed lists of the imports app."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What the rows of a file become."""

    TASKS = "tasks", _("Tasks")
    FEEDBACK = "feedback", _("Feedback")


class State(models.TextChoices):
    """How far a file has come. While it is being checked or stored, a worker has it."""

    LOOKED = "looked", _("Columns to be confirmed")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    STORING = "storing", _("Being stored")
    STORED = "stored", _("Stored")
    FAILED = "failed", _("Failed")


class PartKind(models.TextChoices):
    """What a stored piece belongs to."""

    FILE = "file"
    REPORT = "report"


AT_WORK: Final = (State.CHECKING, State.STORING)
