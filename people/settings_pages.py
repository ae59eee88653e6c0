"""The settings pages as they stand in the list beside each of them; a new page is one more line here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.choices import Permission
from people.models import Membership
from people.permissions import may


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One entry of the list; without a permission it is about the reader's own account."""

    url_name: str
    icon: str
    label: Promise | str
    permission: Permission | None = None


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Entries under one heading."""

    label: Promise | str
    pages: tuple[SettingsPage, ...]


SETTINGS: Final = (
    SettingsGroup(
        _("Your account"),
        (SettingsPage("people:tokens", "key", _("API tokens")),),
    ),
    SettingsGroup(_("Organization"), ()),
)


def settings_for(actor: Membership) -> Iterator[SettingsGroup]:
    """The groups with the pages that the actor may open; an empty group is left out."""
    for group in SETTINGS:
        pages = tuple(page for page in group.pages if page.permission is None or may(actor, page.permission))
        if pages:
            yield SettingsGroup(group.label, pages)
