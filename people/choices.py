"""Closed lists of the people app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership may do, held per organization."""

    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Language(models.TextChoices):
    """Languages of the interface; the values are Django's language codes."""

    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"


class Scope(models.TextChoices):
    """What an API token may be used for; a token never may do more than its member."""

    KPIS_READ = "kpis:read", _("Read KPIs")
    KPIS_WRITE = "kpis:write", _("Define KPIs and their targets")
    MEASUREMENTS_WRITE = "measurements:write", _("Push measurements")
    TASKS_READ = "tasks:read", _("Read tasks")
    TASKS_WRITE = "tasks:write", _("Change tasks")
    FEEDBACK_READ = "feedback:read", _("Read feedback")
    FEEDBACK_WRITE = "feedback:write", _("Change feedback")
    GOALS_READ = "goals:read", _("Read goals")
