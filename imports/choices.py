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
    CANCELLED = "cancelled", _("Cancelled")


class PartKind(models.TextChoices):
    """What a stored piece belongs to."""

    FILE = "file"
    REPORT = "report"
    KEYS = "keys"


class SampleState(models.TextChoices):
    """How far sample data has come. A batch that was removed has no row any more."""

    LOADING = "loading", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    REMOVING = "removing", _("Being removed")


AT_WORK: Final = (State.CHECKING, State.STORING)
