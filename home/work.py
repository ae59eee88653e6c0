"""What a member has to do, in the order in which it matters, and why each task stands where it stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.choices import OPEN as OPEN_FEEDBACK
from feedback.models import FeedbackItem, FeedbackTask
from feedback.selectors import item_list, unanswered
from goals.choices import Status as GoalStatus
from goals.models import Goal
from kpis.models import Signal
from people.models import Membership
from tasks.choices import Status
from tasks.models import Step, Task, TaskQuerySet, TimeEntry
from tasks.planning import TODAY, WAITING, WEEK, WHENS, Week, week_of
from tasks.selectors import running_entry, task_list

SECTION_ROWS: Final = 25
SIDE_ROWS: Final = 8
DAY: Final = timedelta(days=1)
# What goes first: a customer whose answer is due, what came from a customer, what came from a signal, everything else.
CUSTOMER_WAITS, FROM_CUSTOMER, FROM_SIGNAL, OTHER = range(4)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A task of the member with the sentences that explain its place."""

    task: Task
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """The tasks for one time; `count` of them in all, of which the first are `rows`."""

    when: str
    label: str
    rows: Sequence[WorkRow]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class MyWork:
    """Everything that waits for one member."""

    sections: Sequence[Section]
    replies: Sequence[FeedbackItem]
    reviews: Sequence[Goal]
    steps: Sequence[Step]
    running: TimeEntry | None
    at: datetime

    @property
    def is_empty(self) -> bool:
        """Nothing at all waits."""
        return not (any(section.count for section in self.sections) or self.replies or self.reviews)


def my_work(actor: Membership) -> MyWork:
    """The member's open tasks by when they are due, with replies, reviews and steps, each bounded. Five queries."""
    now = timezone.localtime(timezone=actor.organization.zone)
    week = week_of(actor.organization, now.date())
    rows = list(_ranked(actor, now, week))
    return MyWork(
        sections=[_section(number, when, rows, week) for number, when in enumerate(WHENS)],
        replies=_replies(actor),
        reviews=_reviews(actor, week.ends_on),
        steps=_steps(rows),
        running=running_entry(actor),
        at=now,
    )


def _ranked(actor: Membership, now: datetime, week: Week) -> TaskQuerySet:
    """The actor's open tasks with their section and their place in it. One query."""
    answered = FeedbackTask.objects.filter(task=OuterRef("pk"), item__status__in=OPEN_FEEDBACK)
    waits = answered.filter(item__first_replied_at__isnull=True, item__reply_due_at__isnull=False)
    signal = Signal.objects.visible_to(actor).filter(task_id=OuterRef("pk"), closed_at__isnull=True)
    midnight = datetime.combine(now.date() + DAY, time.min, now.tzinfo)
    number = IntegerField()
    steps = Step.objects.filter(task=OuterRef("pk")).order_by().values("task")
    tasks = (
        task_list(actor)
        .open()
        .filter(assignee=actor)
        .annotate(
            reply_due_at=Subquery(waits.order_by("item__reply_due_at").values("item__reply_due_at")[:1]),
            harm=Case(
                When(reply_due_at__lt=midnight, then=Value(CUSTOMER_WAITS)),
                When(Exists(answered), then=Value(FROM_CUSTOMER)),
                When(Exists(signal), then=Value(FROM_SIGNAL)),
                default=Value(OTHER),
                output_field=number,
            ),
            section=Case(
                When(status=Status.WAITING, then=Value(WHENS.index(WAITING))),
                When(
                    Q(due_on__lte=week.today) | Q(reply_due_at__lt=midnight), then=Value(WHENS.index(TODAY))
                ),
                When(due_on__lte=week.ends_on, then=Value(WHENS.index(WEEK))),
                default=Value(WHENS.index(WEEK) + 1),
                output_field=number,
            ),
            steps_all=Subquery(steps.annotate(found=Count("pk")).values("found")),
            steps_done=Subquery(
                steps.annotate(found=Count("pk", filter=Q(done_at__isnull=False))).values("found")
            ),
        )
    )
    place = Window(RowNumber(), partition_by=F("section"), order_by=[*_ORDER])
    counted = Window(Count("pk"), partition_by=F("section"))
    ranked: TaskQuerySet = (
        tasks.annotate(place=place, in_section=counted)
        .filter(place__lte=SECTION_ROWS)
        .order_by("section", "place")
    )
    return ranked


_ORDER: Final = (
    F("harm").asc(),
    F("reply_due_at").asc(nulls_last=True),
    F("due_on").asc(nulls_last=True),
    F("due_time").asc(nulls_last=True),
    F("priority").asc(),
    F("id").asc(),
)


def _section(number: int, when: str, rows: Iterable[Any], week: Week) -> Section:
    here = [row for row in rows if row.section == number]
    return Section(
        when=when,
        label=_labels(week)[when],
        rows=[WorkRow(task, list(_why(task, when, week))) for task in here],
        count=here[0].in_section if here else 0,
    )


def _labels(week: Week) -> dict[str, str]:
    coming = _("This week") if week.is_this else _("Next week")
    return dict(zip(WHENS, (_("Today"), coming, _("Later"), _("Waiting")), strict=True))


def _why(task: Any, when: str, week: Week) -> Iterator[str]:
    """First why it is in its section, then what its place in the section follows from."""
    yield _place_of(task, when, week.today)
    if task.reply_due_at is not None and task.harm == CUSTOMER_WAITS:
        until = date_format(timezone.localtime(task.reply_due_at), "DATETIME_FORMAT")
        yield _("A customer waits for an answer until %(until)s. That comes before everything else.") % {
            "until": until
        }
    elif task.harm == FROM_CUSTOMER:
        yield _("It came from a customer's feedback, which goes before due days.")
    elif task.harm == FROM_SIGNAL:
        yield _("A KPI left its limits, which goes before due days.")
    yield _("Then the due day and time decide, and after them the priority: %(priority)s.") % {
        "priority": task.get_priority_display()
    }


def _place_of(task: Task, when: str, today: date) -> str:
    if when == WAITING:
        return _("You wait for somebody else.")
    if task.due_on is None:
        return _("It has no due day.") if when != TODAY else _("A customer's answer is due today.")
    due = {"day": date_format(task.due_on, "DATE_FORMAT")}
    if task.due_on < today:
        return _("It was due on %(day)s.") % due
    if task.due_on == today:
        return _("It is due today.")
    return _("It is due on %(day)s.") % due


def _replies(actor: Membership) -> list[FeedbackItem]:
    """What customers wrote to the actor and nobody answered yet, the shortest time left first. One query."""
    owed = unanswered(item_list(actor).filter(assignee=actor))
    return list(owed.order_by(F("reply_due_at").asc(nulls_last=True), "id")[:SIDE_ROWS])


def _reviews(actor: Membership, until: date) -> list[Goal]:
    """The actor's active goals whose review comes by that day. One query."""
    goals = Goal.objects.visible_to(actor).filter(
        owner=actor, status=GoalStatus.ACTIVE, next_review_on__lte=until
    )
    return list(goals.order_by("next_review_on", "id")[:SIDE_ROWS])


def _steps(tasks: Sequence[Task]) -> list[Step]:
    """The next open step of each of these tasks, in their order. One query."""
    first = {
        step.task_id: step
        for step in Step.objects.filter(task__in=[task.pk for task in tasks], done_at__isnull=True)
        .order_by("task_id", "position", "id")
        .distinct("task_id")
    }
    found = []
    for task in tasks:
        if task.pk in first:
            first[task.pk].task = task
            found.append(first[task.pk])
    return found[:SIDE_ROWS]
