"""Closed lists of the feedback app."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What the customer brings."""

    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    QUESTION = "question", _("Question")
    PRAISE = "praise", _("Praise")


class Status(models.TextChoices):
    """Where a feedback item stands."""

    NEW = "new", _("New")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for the customer")
    RESOLVED = "resolved", _("Resolved")


OPEN = (Status.NEW, Status.IN_PROGRESS, Status.WAITING)


class Channel(models.TextChoices):
    """How it came in."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    CHAT = "chat", _("Chat")
    WEB = "web", _("Web form")
    IMPORT = "import", _("Import")
    API = "api", _("API")


class SurveyKind(models.TextChoices):
    """What a survey asks, and so what its scores mean."""

    CSAT = "csat", _("Satisfaction (CSAT)")
    NPS = "nps", _("Recommendation (NPS)")
    CES = "ces", _("Effort (CES)")


SCORES: Final = {SurveyKind.CSAT: range(1, 6), SurveyKind.NPS: range(11), SurveyKind.CES: range(1, 8)}
