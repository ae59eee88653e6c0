"""What a line of quick add means: its words, and the rows that they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput
from common.templatetags.ui import comma
from people.models import Membership
from people.selectors import assignable_members
from tasks.models import Project
from tasks.natural_dates import find
from tasks.quick_add import Draft, read
from tasks.selectors.reading import projects

LONGEST_LINE: Final = 500
ONESELF: Final = ("me", "我", "自己")
NOTHING: Final = ("-", "none", "无", "没有")
_MOST_NAMED = 4
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Line:
    """The draft with its project and assignee; `problems` say what could not be found, or not decided."""

    draft: Draft
    assignee: Membership | None
    project: Project | None
    problems: Sequence[str]


def read_line(actor: Membership, text: str) -> Line:
    """The line, read at this moment on the organization's clock; nobody named is the actor. At most two queries."""
    draft = read(text[:LONGEST_LINE], timezone.localtime(timezone=actor.organization.zone))
    problems: list[str] = []
    assignee: Membership | None = actor
    if draft.person and draft.person.lower() not in ONESELF:
        people = _people(actor, draft.person)
        assignee = people[0] if len(people) == 1 else None
        problems += _undecided(draft.person, [each.user.name for each in people])
    project = None
    if draft.project:
        found = _projects(actor, draft.project)
        project = found[0] if len(found) == 1 else None
        problems += _undecided(draft.project, [each.key for each in found])
    return Line(draft, assignee, project, problems)


def read_due(actor: Membership, text: str) -> tuple[date | None, time | None]:
    """The day and time that the text names and nothing else; none for `-`. Refuses other texts."""
    if text.strip().lower() in NOTHING:
        return None, None
    found = find(text[:LONGEST_LINE], timezone.localtime(timezone=actor.organization.zone))
    if found.on is None or found.rest(text).strip():
        sentence = _("“%(text)s” is no day. Say fri, 3 Dec or 2026-12-03.") % {"text": text}
        raise InvalidInput({"due": [sentence]}, sentence)
    return found.on, found.at


def read_person(actor: Membership, text: str) -> Membership | None:
    """Whom the text names, as in a line of quick add; nobody for `-`. Refuses texts that name none, or several."""
    word = text.strip().lstrip("@＠").lower()
    if word in NOTHING:
        return None
    if word in ONESELF:
        return actor
    people = _people(actor, word)
    if len(people) != 1:
        sentences = _undecided(text, [each.user.name for each in people])
        raise InvalidInput({"assignee": sentences}, sentences[0])
    return people[0]


def _people(actor: Membership, word: str) -> list[Membership]:
    """Who is called, addressed or typed exactly like that (`zs` is 张三), or else begins like it."""
    word = word.lower()
    typed = Q(user__search_keys__contains=f" {word}") | Q(user__name__istartswith=word)
    found = list(assignable_members(actor).filter(typed | Q(user__email__istartswith=word))[:_MOST_FOUND])
    same = [each for each in found if word in _names(each)]
    return same or found


def _names(member: Membership) -> set[str]:
    user = member.user
    return {
        user.name.lower(),
        user.email.lower(),
        user.email.lower().partition("@")[0],
        *user.search_keys.split(),
    }


def _projects(actor: Membership, word: str) -> list[Project]:
    """The project of exactly that key or name, or else those whose key or name begins with it."""
    begins = Q(key__istartswith=word) | Q(name_en__istartswith=word) | Q(name_zh__istartswith=word)
    found = list(projects(actor).filter(begins)[:_MOST_FOUND])
    same = [
        each
        for each in found
        if word.lower() in (each.key.lower(), each.name_en.lower(), each.name_zh.lower())
    ]
    return same or found


def _undecided(word: str, names: list[str]) -> list[str]:
    if not names:
        return [_("Nothing here is called “%(word)s”.") % {"word": word}]
    if len(names) > 1:
        named = comma().join(names[:_MOST_NAMED])
        return [_("“%(word)s” may be several: %(names)s.") % {"word": word, "names": named}]
    return []
