"""The small things that Home is made of, read in one statement: teams, choices, counts, loads, and what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    CharField,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from activity.kinds import KINDS
from activity.models import Event
from common.nesting import counted, nested, revived
from common.prepared import prepared
from feedback.models import FeedbackItem
from feedback.selectors import about_to_breach, unanswered
from goals.models import Goal
from home.blocks.news import NEWS
from home.blocks.scope import Scope, Wanted, scope_of
from home.models import Tile, Visit
from kpis.models import Kpi, Signal
from kpis.selectors import state_of_numbers
from people.models import Membership, Organization, Team, TeamMembership
from people.selectors import ids_with_parts
from tasks.choices import Status
from tasks.models import SpecialDay, Task, TaskQuerySet, WorkCalendar
from tasks.selectors import ahead, minutes_by_person
from tasks.workdays import Workdays, default_country

ROWS = 6
LOADS = 12
NEWEST_EVENTS = 300
NO_TEAM = 0
NEWS_FOR = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Ground:
    """What one statement tells. Counts are of all rows, ids of the first few; `news` are events, newest first."""

    scope: Scope
    teams: Sequence[Team]
    tile_ids: Sequence[int]
    team_tile_ids: Sequence[int]
    workdays: Workdays
    overdue_ids: Sequence[int]
    overdue_count: int
    waiting_ids: Sequence[int]
    waiting_count: int
    loads: Sequence[Mapping[str, Any]]
    breaching_ids: Sequence[int]
    breaching_count: int
    unanswered_count: int
    news: Sequence[Mapping[str, Any]]
    numbers_state: str
    seen_at: datetime | None


def ground(actor: Membership, asked: Wanted, now: datetime) -> Ground:
    """The ground of what is asked for; refuses a team that the actor cannot see. One query."""
    team = {} if asked.team_id is None else {"team": asked.team_id}
    facts: dict[str, Any] = {
        "organization": actor.organization_id,
        "member": actor.pk,
        "today": asked.today,
        "now": now,
    }
    row: Any
    (row,) = prepared(_row, get_language(), **facts, **team)
    teams = revived(Team, row.every_team)
    return Ground(
        scope=scope_of(asked, teams),
        teams=teams,
        workdays=_workdays(actor.organization, row.calendars, row.special_days),
        **{
            name: getattr(row, name)
            for name in Ground.__dataclass_fields__
            if name not in ("scope", "teams", "workdays")
        },
    )


def _row(
    _language: str, *, organization: int, member: int, today: date, now: datetime, team: int | None = None
) -> QuerySet[Organization]:
    """Everything that the ground is made of, as columns of the organization's row."""
    actor = Membership(pk=member, organization_id=organization)
    asked = Wanted(today, today, today, team)
    tasks, items = _tasks(actor, asked), _items(actor, asked)
    overdue, waiting = tasks.overdue(asked.today), tasks.filter(status=Status.WAITING)
    breaching, clocked = about_to_breach(items, now), unanswered(items)
    own = Tile.objects.filter(membership=actor.pk)
    of_team = Tile.objects.filter(team__isnull=False, team_id=asked.team_id or NO_TEAM)
    return Organization.objects.filter(pk=actor.organization_id).annotate(
        every_team=nested(Team.objects.filter(organization=OuterRef("pk")).order_by("id")),
        tile_ids=ArraySubquery(own.values("kpi_id")),
        team_tile_ids=ArraySubquery(of_team.values("kpi_id")),
        calendars=nested(WorkCalendar.objects.filter(organization=OuterRef("pk"))),
        special_days=nested(SpecialDay.objects.filter(organization=OuterRef("pk"))),
        overdue_ids=_first(overdue, "due_on"),
        overdue_count=counted(overdue),
        waiting_ids=_first(waiting, F("due_on").asc(nulls_last=True)),
        waiting_count=counted(waiting),
        loads=_loads(actor, asked),
        breaching_ids=_first(breaching, "reply_due_at"),
        breaching_count=counted(breaching),
        unanswered_count=counted(clocked),
        news=_news(actor, now),
        numbers_state=state_of_numbers(actor.organization_id),
        seen_at=Subquery(Visit.objects.filter(membership=actor.pk).values("seen_at")),
    )


def _of_team(asked: Wanted) -> Q:
    return Q() if asked.team_id is None else Q(team_id__in=ids_with_parts(asked.team_id))


def _tasks(actor: Membership, asked: Wanted) -> TaskQuerySet:
    return Task.objects.visible_to(actor).filter(_of_team(asked))


def _items(actor: Membership, asked: Wanted) -> Any:
    return FeedbackItem.objects.visible_to(actor).filter(_of_team(asked))


def _first(rows: QuerySet[Any, Any], order: Any) -> ArraySubquery:
    return ArraySubquery(rows.order_by(order, "id").values("pk")[:ROWS])


def _loads(actor: Membership, asked: Wanted) -> ArraySubquery:
    """The open work of each person that is due within the coming 14 days or overdue, the most first."""
    tasks = ahead(Task.objects.visible_to(actor).filter(assignee__isnull=False), asked.today)
    if asked.team_id is not None:
        places = TeamMembership.objects.filter(team_id__in=ids_with_parts(asked.team_id))
        tasks = tasks.filter(assignee_id__in=places.values("membership_id"))
    return nested(
        minutes_by_person(tasks)[:LOADS],
        member_id=F("assignee_id"),
        name=F("assignee__user__name"),
        minutes=F("minutes"),
        number=F("number"),
        unestimated=F("unestimated"),
    )


def _news(actor: Membership, now: datetime) -> ArraySubquery:
    """What others did since the actor last said that they had read it, among the newest events of four weeks."""
    seen = Visit.objects.filter(membership=actor.pk).values("event_id")
    newest = Event.objects.visible_to(actor).filter(id__gt=Coalesce(Subquery(seen), 0)).order_by("-id")
    found = (
        Event.objects.filter(pk__in=newest.values("pk")[:NEWEST_EVENTS], verb__in=NEWS)
        .filter(Q(actor__isnull=True) | ~Q(actor=actor.pk), occurred_at__gt=now - NEWS_FOR)
        .order_by("-id")
    )
    return nested(
        found,
        id=F("id"),
        verb=F("verb"),
        by=F("actor__user__name"),
        subject_type=F("subject_type"),
        subject_id=F("subject_id"),
        at=F("occurred_at"),
        title=_title(),
        facts=F("facts"),
    )


def _title() -> Case:
    """What an event's row is called, in the reader's language where it has two names."""
    labels = {model._meta.label_lower: model for model in (Task, FeedbackItem, Goal, Kpi, Signal)}
    return Case(
        *(
            When(subject_type=label, then=_first_known(model, KINDS[label].read_names))
            for label, model in labels.items()
        ),
        default=Value(""),
        output_field=CharField(),
    )


def _first_known(model: type[Model], columns: Sequence[str]) -> Coalesce | Subquery:
    rows = model._default_manager.filter(pk=OuterRef("subject_id"))
    first, *others = (Subquery(rows.exclude(**{name: ""}).values(name)) for name in columns)
    return Coalesce(first, *others) if others else first


def _workdays(
    organization: Organization, calendars: Sequence[Mapping[str, Any]], days: Sequence[Mapping[str, Any]]
) -> Workdays:
    special = {day.on: day.is_working for day in revived(SpecialDay, days)}
    if not calendars:
        return Workdays(country=default_country(organization), special=special)
    (chosen,) = revived(WorkCalendar, calendars)
    return Workdays(chosen.country, chosen.subdivision, frozenset(chosen.rest_days), special)
