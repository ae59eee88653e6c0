"""Closed lists of the notifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Where a message goes."""

    EMAIL = "email", _("E-mail")


class Rule(models.TextChoices):
    """Why somebody gets a message."""

    REVIEW_DUE = "goals.review_due", _("A goal is due for review")
    TASK_ASSIGNED = "tasks.assigned", _("A task was assigned")


class State(models.TextChoices):
    """The life of a delivery.

    `uncertain`: the sender died between sending and saying so. `dropped`: what it was about is over, or the
    person has left. `dead`: tried as often as it makes sense; an administrator sees it.
    """

    PENDING = "pending", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    DROPPED = "dropped", _("No longer needed")
    DEAD = "dead", _("Given up")


UNSENT = (State.PENDING, State.UNCERTAIN)
