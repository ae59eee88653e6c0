"""Reads of the feedback app, shaped as the pages need them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import sqrt
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, Func, IntegerField, Model, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.utils import timezone

from common.errors import NotVisible
from common.models import OwnedQuerySet
from common.prepared import prepared
from common.row_by_id import RowById
from feedback.choices import OPEN, Kind, Status
from feedback.models import Customer, FeedbackItem, Invitation, Reply, Response, Survey, Theme, Transition
from people.models import Membership
from tasks.choices import Status as TaskStatus
from tasks.models import Task

Row = TypeVar("Row", bound=Model)
NEAR_BREACH: Final = timedelta(hours=4)
RISING_LEAST = 5
RISING_FACTOR = 1.5
RISING_WEEKS = 4
CHANCE_ERRORS = 2


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A step of an item's history, beside the one before it."""

    before: Transition | None
    step: Transition

    @property
    def is_status(self) -> bool:
        """It set the status; the opening does."""
        return self.before is None or self.before.status != self.step.status

    @property
    def is_assignee(self) -> bool:
        """It gave the item to somebody else."""
        return (self.before.assignee_id if self.before else None) != self.step.assignee_id

    @property
    def is_team(self) -> bool:
        """It moved the item to another team."""
        return (self.before.team_id if self.before else None) != self.step.team_id


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item with its conversation, history (oldest first), tasks and survey answers."""

    item: FeedbackItem
    replies: Sequence[Reply]
    history: Sequence[Transition]
    tasks: Sequence[Task]
    answers: Sequence[Response]
    other_items: int

    @property
    def entries(self) -> list[HistoryEntry]:
        """The history with what each step changed."""
        return [
            HistoryEntry(before, step)
            for before, step in zip([None, *self.history], self.history, strict=False)
        ]

    @property
    def is_told_back(self) -> bool:
        """Resolved, with every task done: what the customer said has led to something that can be told."""
        return (
            self.item.status == Status.RESOLVED
            and bool(self.tasks)
            and all(task.status == TaskStatus.DONE for task in self.tasks)
        )


@dataclass(frozen=True, slots=True)
class ThemeTrend:
    """Complaints of one theme per week, oldest first, and whether it is rising (see `theme_trend`)."""

    theme_id: int
    key: str
    name: str
    counts: Sequence[int]

    @property
    def total(self) -> int:
        """Complaints in all weeks."""
        return sum(self.counts)

    @property
    def recent(self) -> int:
        """Complaints in the last four weeks."""
        return sum(self.counts[-RISING_WEEKS:])

    @property
    def before(self) -> int:
        """Complaints in the four weeks before those."""
        return sum(self.counts[-2 * RISING_WEEKS : -RISING_WEEKS])

    @property
    def is_rising(self) -> bool:
        """By the rule of `theme_trend`; a count's standard error is its square root."""
        beyond_chance = self.recent - self.before >= CHANCE_ERRORS * sqrt(self.recent + self.before)
        return beyond_chance and self.recent >= RISING_LEAST and self.recent >= RISING_FACTOR * self.before


def item_list(actor: Membership) -> OwnedQuerySet[FeedbackItem]:
    """The organization's feedback with all that a row shows, for a filter and a page to narrow. One query."""
    return FeedbackItem.objects.visible_to(actor).select_related(
        "customer", "theme", "team", "assignee__user"
    )


def unanswered(items: OwnedQuerySet[FeedbackItem]) -> OwnedQuerySet[FeedbackItem]:
    """Open items without a reply: those whose SLA clock runs."""
    return items.filter(first_replied_at__isnull=True, status__in=OPEN)


def near_breach(actor: Membership, limit: int) -> list[FeedbackItem]:
    """Unanswered items whose reply is due within four hours or overdue, most urgent first. One query."""
    return list(about_to_breach(item_list(actor), timezone.now()).order_by("reply_due_at", "id")[:limit])


def near_breach_count(actor: Membership) -> int:
    """How many items `near_breach` would list without a limit. One query."""
    return about_to_breach(FeedbackItem.objects.visible_to(actor), timezone.now()).count()


def about_to_breach(items: OwnedQuerySet[FeedbackItem], at: datetime) -> OwnedQuerySet[FeedbackItem]:
    """Unanswered items whose reply is due within four hours of `at`, or was before."""
    return unanswered(items).filter(reply_due_at__lte=at + NEAR_BREACH)


def get_item(actor: Membership, item_id: int) -> FeedbackItem:
    """One item with everything a row shows; refuses one the actor cannot see. One query."""
    item = _ITEM.find(actor.organization_id, item_id)
    if item is None:
        raise NotVisible
    return item


_ITEM: Final = RowById(item_list)


def item_detail(actor: Membership, item_id: int) -> ItemDetail:
    """The item, what was said and done about it, and what else its customer said. At most six queries."""
    item = get_item(actor, item_id)
    others = FeedbackItem.objects.visible_to(actor).filter(customer=item.customer_id).exclude(pk=item.pk)
    return ItemDetail(
        item=item,
        replies=list(item.replies.select_related("by__user")),
        history=list(item.transitions.select_related("assignee__user", "team", "by__user")),
        tasks=list(item.tasks.select_related("assignee__user").order_by("id")),
        answers=list(item.responses.select_related("survey").order_by("answered_at", "id")),
        other_items=others.count() if item.customer_id else 0,
    )


def replies(actor: Membership, item_id: int) -> list[Reply]:
    """The replies of an item, oldest first; refuses an item the actor cannot see. Two queries."""
    return list(get_item(actor, item_id).replies.select_related("by__user"))


def get_reply(actor: Membership, item_id: int, reply_id: int) -> Reply:
    """One of `replies`; refuses what is not there for the actor. Two queries."""
    return found(get_item(actor, item_id).replies.select_related("by__user"), reply_id)


def surveys(actor: Membership) -> QuerySet[Survey]:
    """Surveys of the actor's organization."""
    return Survey.objects.visible_to(actor).order_by("key")


def responses(actor: Membership) -> QuerySet[Response]:
    """Survey answers of the organization with all that a row shows. One query."""
    return Response.objects.visible_to(actor).select_related("survey", "item", "team", "customer")


def invitations(actor: Membership) -> QuerySet[Invitation]:
    """Survey invitations of the organization with all that a row shows. One query."""
    return Invitation.objects.visible_to(actor).select_related(
        "survey", "item", "team", "customer", "response"
    )


def found(rows: QuerySet[Row], row_id: int) -> Row:
    """The row of that id; refuses one that is not among those the actor can see. One query."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotVisible
    return row


def response_detail(actor: Membership, response_id: int) -> Response:
    """A survey answer with its survey, item and team; refuses one the actor cannot see. One query."""
    return found(responses(actor), response_id)


def invitation_detail(actor: Membership, invitation_id: int) -> Invitation:
    """A survey invitation with what it was about and its answer; refuses one the actor cannot see. One query."""
    return found(invitations(actor), invitation_id)


def themes(actor: Membership) -> QuerySet[Theme]:
    """Themes of the actor's organization."""
    return Theme.objects.visible_to(actor).order_by("key")


def customers(actor: Membership) -> QuerySet[Customer]:
    """Customers of the actor's organization."""
    return Customer.objects.visible_to(actor).order_by("id")


def _complaints_by_week(
    zone: ZoneInfo,
    team_ids: frozenset[int] | None,
    *,
    organization: int,
    first_on: date,
    start: datetime,
    end: datetime,
) -> QuerySet[FeedbackItem, Any]:
    """A theme's id, key and names, a week from 0 on, and the number of complaints in it."""
    week = Func(
        TruncDate("opened_at", tzinfo=zone),
        Value(first_on, output_field=DateField()),
        template="(%(expressions)s) / 7",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    return (
        FeedbackItem.objects.visible_to(Membership(organization_id=organization))
        .filter(Q() if team_ids is None else Q(team_id__in=team_ids))
        .filter(kind=Kind.COMPLAINT, theme__isnull=False, opened_at__gte=start, opened_at__lt=end)
        .annotate(week=week)
        .values_list("theme_id", "theme__key", "theme__name_en", "theme__name_zh", "week")
        .annotate(n=Count("id"))
        .order_by("theme_id")
    )


def theme_trend(
    actor: Membership, weeks: int = 8, on: date | None = None, team_ids: Collection[int] | None = None
) -> list[ThemeTrend]:
    """Complaints per theme in the `weeks` × 7 complete local days before `on` (today), rising themes first.

    A theme is rising when its last four weeks hold at least 5 complaints and at least 1.5 times those of the
    four weeks before, and when chance alone does not make such a rise. Themes without a complaint in that
    time are left out. One query.
    """
    zone = actor.organization.zone
    end = on or timezone.localdate(timezone=zone)
    first_on = end - timedelta(weeks=weeks)
    found = prepared(
        _complaints_by_week,
        zone,
        None if team_ids is None else frozenset(team_ids),
        organization=actor.organization_id,
        first_on=first_on,
        start=datetime.combine(first_on, time.min, zone),
        end=datetime.combine(end, time.min, zone),
    )
    counts: dict[tuple[int, str, str, str], list[int]] = defaultdict(lambda: [0] * weeks)
    for *theme, week, number in found:
        counts[tuple(theme)][week] += number
    trends = [
        ThemeTrend(theme_id, key, Theme(name_en=name_en, name_zh=name_zh).name, week_counts)
        for (theme_id, key, name_en, name_zh), week_counts in counts.items()
    ]
    return sorted(trends, key=lambda trend: (not trend.is_rising, -trend.total, trend.key))
