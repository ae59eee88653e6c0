"""One search over all that the organization has; a source more is one more line in `SOURCES`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from unicodedata import normalize
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse, reverse_lazy
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.search import matches, rows_found
from feedback.choices import Status as FeedbackStatus
from feedback.models import FeedbackItem
from goals.models import Goal
from kpis.models import Kpi, Metric
from people.choices import Permission, Scope
from people.models import Membership, Team
from people.permissions import can_manage_team, may
from people.selectors import people_found
from tasks.choices import Status as TaskStatus
from tasks.models import Task

# The newest so many of a kind are compared, and of a short word there are always more.
MOST_COMPARED = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A row that holds the words. `names` are what it is called exactly: its number, its key, its id elsewhere.

    `ref` is what its address in the API ends with: the id, or the key. Where many are compared and few shown, `note`
    and `url` are made when they are read.
    """

    ref: int | str
    title: str
    note: Promise | str
    url: Promise | str
    names: tuple[str, ...]
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of rows, and how those that may hold the words are read: one query, the newest first.

    Tokens need its `scope`; `address` is the URL name of one of its rows in the API.
    """

    key: str
    scope: Scope
    address: str
    label: Promise | str
    icon: str
    rows: Callable[[Membership, str], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, the best first, and whether there is more of it."""

    source: Source
    rows: Sequence[Found]
    has_more: bool


def search(
    actor: Membership, words: str, *, limit: int, sources: Sequence[Source] | None = None
) -> list[Group]:
    """What the actor may see that holds the words, by kind; the kind with the best row comes first.

    A row whose number or key is exactly what was asked for goes before one whose title begins with it, that before one
    that only holds it; among equals the one touched last. One query for each source. One Latin letter finds nothing:
    everything holds it.
    """
    asked = _folded(words)
    if not asked or (len(asked) == 1 and asked.isascii() and not asked.isdigit()):
        return []
    groups: list[tuple[int, Group]] = []
    for source in SOURCES if sources is None else sources:
        ranked = sorted(
            ((_rank(asked, row), -row.touched_at.timestamp(), row) for row in source.rows(actor, asked)),
            key=lambda each: each[:2],
        )
        if ranked:
            rows = [row for _rank_, _touched, row in ranked]
            groups.append((ranked[0][0], Group(source, rows[:limit], len(rows) > limit)))
    return [group for _best, group in sorted(groups, key=lambda each: each[0])]


def _rank(asked: str, row: Found) -> int:
    title = _folded(row.title)
    if asked in row.names:
        return 0
    if title == asked:
        return 1
    return 2 if title.startswith(asked) else 3


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).lower().split())


def _numbered(pk: int, external_id: str = "") -> tuple[str, ...]:
    return (f"#{pk}", str(pk), external_id.lower())


def _tasks(actor: Membership, words: str) -> Iterator[Found]:
    rows = Task.objects.visible_to(actor).filter(pk__in=rows_found("tasks_found", words, MOST_COMPARED))
    states = dict(TaskStatus.choices)
    for pk, title, status, other_id, at in rows.values_list(
        "pk", "title", "status", "external_id", "updated_at"
    ):
        note = format_lazy("#{} · {}", pk, states.get(status, status))
        url = reverse_lazy("tasks:detail", args=[pk])
        yield Found(pk, title, note, url, _numbered(pk, other_id), at)


def _feedback(actor: Membership, words: str) -> Iterator[Found]:
    rows = FeedbackItem.objects.visible_to(actor)
    rows = rows.filter(pk__in=rows_found("feedback_found", words, MOST_COMPARED))
    states = dict(FeedbackStatus.choices)
    for pk, subject, status, other_id, at, customer in rows.values_list(
        "pk", "subject", "status", "external_id", "updated_at", "customer__name"
    ):
        said_by = f" · {customer}" if customer else ""
        note = format_lazy("#{} · {}{}", pk, states.get(status, status), said_by)
        url = reverse_lazy("feedback:detail", args=[pk])
        yield Found(pk, subject, note, url, _numbered(pk, other_id), at)


def _goals(actor: Membership, words: str) -> Iterator[Found]:
    for row in Goal.objects.visible_to(actor).filter(_named(words)).order_by("-id")[:MOST_COMPARED]:
        url = reverse("goals:detail", args=[row.pk])
        yield Found(row.pk, row.name, row.get_status_display(), url, _numbered(row.pk)[:1], row.updated_at)


def _kpis(actor: Membership, words: str) -> Iterator[Found]:
    rows = Kpi.objects.visible_to(actor).filter(matches(words, "name_en", "name_zh", "key"))
    for row in rows.order_by("-id")[:MOST_COMPARED]:
        note = f"{row.key} · {_('Archived')}" if row.archived_at else row.key
        url = reverse("kpis:detail", args=[row.key])
        yield Found(row.key, row.name, note, url, (row.key.lower(),), row.updated_at)


def _metrics(actor: Membership, words: str) -> Iterator[Found]:
    rows = Metric.objects.visible_to(actor).filter(matches(words, "name_en", "name_zh", "key"))
    for row in rows.order_by("-id")[:MOST_COMPARED]:
        url = reverse("metrics:detail", args=[row.key])
        yield Found(row.key, row.name, row.key, url, (row.key.lower(),), row.created_at)


def _people(actor: Membership, words: str) -> Iterator[Found]:
    is_manager = may(actor, Permission.PEOPLE_MANAGE)
    for row in people_found(actor, words)[:MOST_COMPARED]:
        url = (
            reverse("people:member", args=[row.pk])
            if is_manager
            else f"{reverse('tasks:list')}?{urlencode({'assignee': row.pk, 'team': 'all'})}"
        )
        yield Found(row.pk, row.user.name, row.role_name, url, (), row.created_at)


def _teams(actor: Membership, words: str) -> Iterator[Found]:
    for row in Team.objects.visible_to(actor).filter(_named(words)).order_by("-id")[:MOST_COMPARED]:
        url = (
            reverse("people:team", args=[row.pk])
            if can_manage_team(actor, row.pk)
            else f"{reverse('tasks:list')}?{urlencode({'team': row.pk})}"
        )
        yield Found(row.pk, row.name, "", url, (), row.updated_at)


def _named(words: str) -> Q:
    return matches(words, "name_en", "name_zh")


SOURCES: Final = (
    Source("tasks", Scope.TASKS_READ, "tasks-api:detail", gettext_lazy("Tasks"), "square-check-big", _tasks),
    Source(
        "feedback",
        Scope.FEEDBACK_READ,
        "feedback-api:detail",
        gettext_lazy("Feedback"),
        "message-square",
        _feedback,
    ),
    Source("goals", Scope.GOALS_READ, "goals-api:detail", gettext_lazy("Goals"), "target", _goals),
    Source("kpis", Scope.KPIS_READ, "kpis-api:detail", gettext_lazy("KPIs"), "chart-line", _kpis),
    Source("metrics", Scope.KPIS_READ, "kpis-api:metric", gettext_lazy("Metrics"), "layers", _metrics),
    Source("people", Scope.PEOPLE_READ, "people-api:member", gettext_lazy("People"), "user", _people),
    Source("teams", Scope.PEOPLE_READ, "people-api:team", gettext_lazy("Teams"), "users", _teams),
)
KINDS: Final = tuple(source.key for source in SOURCES)
