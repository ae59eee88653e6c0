"""Closed lists of the people app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership may do, held per organization."""

    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Permission(models.TextChoices):
    """Everything that can be allowed or not; reading the organization's work is open to all its members."""

    TASKS_CREATE = "tasks.create", _("Create tasks")
    TASKS_COMPLETE = "tasks.complete", _("Move tasks on and complete them")
    TASKS_EDIT = "tasks.edit", _("Edit tasks and assign them")
    TASKS_DELETE = "tasks.delete", _("Delete any task")
    FEEDBACK_CREATE = "feedback.create", _("Take in feedback")
    FEEDBACK_ANSWER = "feedback.answer", _("Answer feedback and move it on")
    FEEDBACK_EDIT = "feedback.edit", _("Edit feedback and assign it")
    FEEDBACK_DELETE = "feedback.delete", _("Delete any feedback")
    GOALS_OWN = "goals.own", _("Set and update goals of their own")
    GOALS_MANAGE = "goals.manage", _("Set and update everybody's goals")
    KPIS_PUSH = "kpis.push", _("Add measurements")
    KPIS_NOTE = "kpis.note", _("Write notes on KPIs")
    KPIS_DEFINE = "kpis.define", _("Define KPIs and their targets")
    SIGNALS_DECIDE = "signals.decide", _("Decide on signals")
    REMINDERS_MANAGE = "reminders.manage", _("Set when reminders are sent")
    CHANNELS_MANAGE = "channels.manage", _("Set up chat channels and see deliveries")
    WEBHOOKS_MANAGE = "webhooks.manage", _("Set up webhooks")
    AUDIT_READ = "audit.read", _("Read the audit log")
    PEOPLE_MANAGE = "people.manage", _("Invite members and manage roles and teams")
    ORGANIZATION_MANAGE = "organization.manage", _("Change the organization's settings")


class Language(models.TextChoices):
    """Languages of the interface; the values are Django's language codes."""

    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"


class Theme(models.TextChoices):
    """How pages look; the values are those of `data-theme` on the page."""

    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Scope(models.TextChoices):
    """What an API token may be used for; a token never may do more than its member."""

    KPIS_READ = "kpis:read", _("Read KPIs")
    KPIS_WRITE = "kpis:write", _("Define KPIs, their targets and notes")
    MEASUREMENTS_WRITE = "measurements:write", _("Push measurements")
    TASKS_READ = "tasks:read", _("Read tasks and projects")
    TASKS_WRITE = "tasks:write", _("Change tasks and projects")
    FEEDBACK_READ = "feedback:read", _("Read feedback, customers and surveys")
    FEEDBACK_WRITE = "feedback:write", _("Change feedback, customers and surveys")
    GOALS_READ = "goals:read", _("Read goals")
    GOALS_WRITE = "goals:write", _("Change goals and check in")
    PEOPLE_READ = "people:read", _("Read members, teams and the organization")
    PEOPLE_WRITE = "people:write", _("Change members, teams and the organization")
    TOKENS_WRITE = "tokens:write", _("Make, rotate and revoke tokens")
    AUDIT_READ = "audit:read", _("Read the audit log")
    INBOX_READ = "inbox:read", _("Read the own inbox and preferences")
    INBOX_WRITE = "inbox:write", _("Mark messages read and change the own preferences")
    WEBHOOKS_MANAGE = "webhooks:manage", _("Manage webhooks and read what was sent to them")
    CHANNELS_MANAGE = "channels:manage", _("Manage chat channels and read what was sent to people")
    REMINDERS_READ = "reminders:read", _("Read reminder rules and working days")
    REMINDERS_WRITE = "reminders:write", _("Change reminder rules and working days")
    IMPORTS_MANAGE = "imports:manage", _("Import files of tasks and feedback")


class Outcome(models.TextChoices):
    """What came of an attempt to sign in; refused ones were not looked at and count against nobody."""

    PENDING = "pending"
    FAILED = "failed"
    PASSED = "passed"


class AccountMailKind(models.TextChoices):
    """Mails about an account, its safety and the way into an organization."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a mail
    ADDRESS_CONFIRMATION = "address_confirmation"
    ADDRESS_CHANGED = "address_changed"
    INVITATION = "invitation"
    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a mail
    TWO_STEP_CHANGED = "two_step_changed"
