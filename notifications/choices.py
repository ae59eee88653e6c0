"""Closed lists of the notifications app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Where a message goes."""

    EMAIL = "email", _("E-mail")


class State(models.TextChoices):
    """The life of a delivery. `uncertain`: the sender died between sending and saying so."""

    PENDING = "pending", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    DEAD = "dead", _("Given up")
