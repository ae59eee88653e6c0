"""Everything one can go to or begin, listed once: for the navigation, the command palette and the help sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final
from unicodedata import normalize

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from common.pinyin import typed_keys
from people.choices import Permission, Theme
from people.models import Membership
from people.permissions import leads_any_team, may
from people.settings_pages import settings_for


@dataclass(frozen=True, slots=True)
class Action:
    """Something to go to or, with `post`, to do. `words` also find it; a shortcut is one key, or two in a row.

    In the navigation `inside` stands indented below the one before, and `on_phone` at the foot of small screens.
    """

    key: str
    label: Promise | str
    icon: str
    url_name: str
    shortcut: str = ""
    words: str = ""
    permission: Permission | None = None
    post: tuple[str, str] | None = None
    inside: bool = False
    on_phone: bool = False

    @property
    def url(self) -> str:
        """Where it leads, or what it posts to."""
        return reverse(self.url_name)

    @property
    def keys(self) -> list[str]:
        """The keys of the shortcut, one after the other."""
        return self.shortcut.split()


_TEAM_WORDS = "people members 成员 人员"
_MEMBERS = Action("team", _("Team"), "users", "people:members", "g p", _TEAM_WORDS)
_OWN_TEAMS = Action("team", _("Team"), "users", "people:teams", "g p", _TEAM_WORDS)
_PLACES: Final = (
    Action("home", _("Home"), "house", "home:manager", "g h", "start", on_phone=True),
    Action("work", _("My work"), "circle-check", "home:work", "g w", "today", on_phone=True),
    Action("goals", _("Goals"), "target", "goals:list", "g g", "okr"),
    Action("tasks", _("Tasks"), "square-check-big", "tasks:list", "g t"),
    Action(
        "feedback",
        _("Feedback"),
        "message-square",
        "feedback:list",
        "g f",
        "complaints 投诉",
        on_phone=True,
    ),
    Action("kpis", _("KPIs"), "chart-line", "kpis:list", "g k", "numbers", on_phone=True),
    Action("signals", _("Signals"), "circle-alert", "home:signals:list", "g s", inside=True),
)
_SETTINGS: Final = Action("settings", _("Settings"), "settings", "people:profile", "g ,", "preferences")
_OTHERS: Final = (
    Action("inbox", _("Inbox"), "inbox", "notifications:inbox", "g i", "notifications messages 通知"),
    Action("metrics", _("Metrics"), "layers", "metrics:list", "g m"),
    Action("search", _("Search"), "search", "home:search", "/"),
    Action("shortcuts", _("Keyboard shortcuts"), "keyboard", "home:shortcuts", "?", "help keys"),
    Action("new-task", _("New task"), "plus", "tasks:create", "c", "create add", Permission.TASKS_CREATE),
    Action(
        "new-feedback",
        _("New feedback"),
        "plus",
        "feedback:create",
        "n f",
        "create add complaint",
        Permission.FEEDBACK_CREATE,
    ),
    Action("new-goal", _("New goal"), "plus", "goals:create", "n g", "create add", Permission.GOALS_OWN),
    Action("new-kpi", _("New KPI"), "plus", "kpis:create", "n k", "create add", Permission.KPIS_DEFINE),
    Action("new-metric", _("New metric"), "plus", "metrics:create", "", "create add", Permission.KPIS_DEFINE),
    Action("switch", _("Switch organization"), "building-2", "people:switch"),
    Action(
        "in-english", "English", "languages", "people:language", "", "language 语言", None, ("language", "en")
    ),
    Action(
        "in-chinese",
        "中文",
        "languages",
        "people:language",
        "",
        "language chinese 语言 zh",
        None,
        ("language", "zh-hans"),
    ),
)
_LOOKS: Final = {Theme.SYSTEM: "monitor", Theme.LIGHT: "sun", Theme.DARK: "moon"}


def places(actor: Membership) -> Iterator[Action]:
    """The main navigation, as the actor has it."""
    yield from _PLACES
    if may(actor, Permission.PEOPLE_MANAGE):
        yield _MEMBERS
    elif leads_any_team(actor):
        yield _OWN_TEAMS
    yield _SETTINGS


def actions(actor: Membership) -> Iterator[Action]:
    """Everything that the actor may go to or begin, what is used most first."""
    yield from places(actor)
    yield from (each for each in _OTHERS if each.permission is None or may(actor, each.permission))
    yield from (
        Action(
            f"theme-{look}",
            look.label,
            icon,
            "people:theme",
            "",
            "theme appearance 外观",
            None,
            ("theme", look.value),
        )
        for look, icon in _LOOKS.items()
    )
    for group in settings_for(actor):
        for page in group.pages:
            yield Action(page.url_name, page.label, page.icon, page.url_name, words="settings 设置")


def actions_found(actor: Membership, words: str) -> list[Action]:
    """The actions that every one of the words finds: by either language, by pinyin, or by the initials of that."""
    asked = normalize("NFKC", words).lower().split()
    every = list(actions(actor))
    names = zip(_labels(every, "en"), _labels(every, "zh-hans"), strict=True)
    typed = [_typed(*both, each.words) for each, both in zip(every, names, strict=True)]
    found = [(each, keys) for each, keys in zip(every, typed, strict=True) if _has_all(keys, asked)]
    return [
        each for each, keys in sorted(found, key=lambda pair: not pair[1].startswith(" " + " ".join(asked)))
    ]


def is_called(action: Action, words: str) -> bool:
    """Whether these words are its whole name, in either language."""
    return normalize("NFKC", words).lower() in {
        label.lower() for language in ("en", "zh-hans") for label in _labels([action], language)
    }


def _labels(every: list[Action], language: str) -> list[str]:
    with override(language):
        return [str(each.label) for each in every]


@cache
def _typed(english: str, chinese: str, words: str) -> str:
    return f" {english} {words}{typed_keys(chinese)}".lower()


def _has_all(keys: str, asked: list[str]) -> bool:
    """Words of Latin letters begin a key; Chinese ones stand anywhere in one."""
    return all((f" {word}" if word.isascii() else word) in keys for word in asked)


def shortcuts(actor: Membership) -> dict[str, str]:
    """Where each shortcut of the actor leads."""
    return {each.shortcut: each.url for each in actions(actor) if each.shortcut}
