"""The settings pages as they stand in the list beside each of them; a new page is one more line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.choices import Permission
from people.models import Membership
from people.permissions import leads_any_team, may


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One entry of the list; without a permission it is about the reader's own account."""

    url_name: str
    icon: str
    label: Promise | str
    permission: Permission | None = None
    for_leads: bool = False


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Entries under one heading."""

    label: Promise | str
    pages: tuple[SettingsPage, ...]


SETTINGS: Final = (
    SettingsGroup(
        _("Your account"),
        (
            SettingsPage("people:profile", "user", _("Profile")),
            SettingsPage("people:password", "lock", _("Password")),
            SettingsPage("people:two-step", "shield", _("Two-step sign-in")),
            SettingsPage("people:sessions", "monitor", _("Sessions")),
            SettingsPage("notifications:preferences", "bell", _("Notifications")),
            SettingsPage("people:tokens", "key", _("API tokens")),
            SettingsPage("operating:my-data", "download", _("Your data")),
        ),
    ),
    SettingsGroup(
        _("Organization"),
        (
            SettingsPage("people:members", "users", _("Members"), Permission.PEOPLE_MANAGE),
            SettingsPage("people:invitations", "mail", _("Invitations"), Permission.PEOPLE_MANAGE),
            SettingsPage("people:teams", "layers", _("Teams"), Permission.PEOPLE_MANAGE, for_leads=True),
            SettingsPage("people:roles", "tag", _("Roles"), Permission.PEOPLE_MANAGE),
            SettingsPage("people:sign-in-rules", "log-in", _("Signing in"), Permission.ORGANIZATION_MANAGE),
            SettingsPage("notifications:reminders", "calendar", _("Reminders"), Permission.REMINDERS_MANAGE),
            SettingsPage(
                "notifications:channels", "message-square", _("Chat channels"), Permission.CHANNELS_MANAGE
            ),
            SettingsPage("notifications:deliveries", "inbox", _("Deliveries"), Permission.CHANNELS_MANAGE),
            SettingsPage("operating:people-data", "file-text", _("Personal data"), Permission.PEOPLE_MANAGE),
            SettingsPage("activity:audit", "history", _("Audit log"), Permission.AUDIT_READ),
            SettingsPage("notifications:webhooks", "send", _("Webhooks"), Permission.WEBHOOKS_MANAGE),
        ),
    ),
)


def settings_for(actor: Membership) -> Iterator[SettingsGroup]:
    """The groups with the pages that the actor may open; an empty group is left out."""
    for group in SETTINGS:
        pages = tuple(page for page in group.pages if _is_open(page, actor))
        if pages:
            yield SettingsGroup(group.label, pages)


def _is_open(page: SettingsPage, actor: Membership) -> bool:
    if page.permission is None or may(actor, page.permission):
        return True
    return page.for_leads and leads_any_team(actor)
