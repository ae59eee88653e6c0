"""Projects, tasks with their steps, the history of a task's status, and the time spent."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.models import Bilingual, Owned, OwnedQuerySet, Part, Versioned
from tasks.choices import CLOSED, OPEN, Priority, Status


class Project(Owned, Bilingual, Versioned):
    """A body of work that tasks belong to."""

    key = models.CharField(_("short name"), max_length=20)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            *Bilingual.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "key"], name="tasks_project_key_once"),
        ]


class TaskQuerySet(OwnedQuerySet["Task"]):
    """Tasks, as their readers ask for them."""

    def open(self) -> "TaskQuerySet":
        """Neither done nor cancelled."""
        return self.filter(status__in=OPEN)

    def overdue(self, on: date) -> "TaskQuerySet":
        """Open and due before the day `on`."""
        return self.filter(status__in=OPEN, due_on__lt=on)


class Task(Owned, Versioned):
    """A piece of work with one accountable assignee."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(
        "people.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_tasks"
    )
    goal = models.ForeignKey(
        "goals.Goal", on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.TODO)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_time = models.TimeField(_("until"), null=True, blank=True)
    estimate_minutes = models.PositiveIntegerField(_("estimate (minutes)"), null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=200, blank=True, db_collation="C")
    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "external_id"],
                condition=~Q(external_id=""),
                name="tasks_task_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED, closed_at__isnull=False)
                | Q(status__in=OPEN, closed_at__isnull=True),
                name="tasks_task_closed_at_follows_status",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="tasks_task_has_a_title"),
            models.CheckConstraint(
                condition=Q(due_time__isnull=True) | Q(due_on__isnull=False),
                name="tasks_task_due_time_has_a_day",
            ),
        ]
        indexes = [
            models.Index(
                F("organization"),
                F("due_on"),
                F("id"),
                condition=Q(status__in=OPEN),
                name="tasks_task_open_by_due",
            ),
            models.Index(F("organization"), F("id").desc(), name="tasks_task_newest"),
            models.Index(fields=["assignee", "due_on"], condition=Q(status__in=OPEN), name="tasks_task_load"),
            models.Index(
                F("organization"),
                F("closed_at").desc(),
                condition=Q(status__in=CLOSED),
                name="tasks_task_closed_last",
            ),
        ]

    def due_at(self, zone: ZoneInfo) -> datetime | None:
        """The moment by which it has to be done: its time of the due day, or else the end of that day in `zone`."""
        return due_moment(self.due_on, self.due_time, zone)


def due_moment(due_on: date | None, due_time: time | None, zone: ZoneInfo) -> datetime | None:
    """`due_time` of `due_on` on the clock of `zone`; the end of the day without a time, None without a day."""
    if due_on is None:
        return None
    if due_time is None:
        return datetime.combine(due_on + timedelta(days=1), time.min, zone)
    return datetime.combine(due_on, due_time, zone)


class Transition(Part):
    """One step of a task's history: its status, assignee and team from `at` on. Facts are derived from these rows."""

    whole = "task"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="transitions", db_index=False)
    at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=Status)
    external_status = models.CharField(max_length=100, blank=True)
    assignee = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["task", "at", "id"], name="tasks_transition_in_order")]


class Step(Part):
    """One line of a task's checklist. `done_at` is when it was checked off, by whom `done_by`."""

    whole = "task"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("step"), max_length=300)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        "people.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="tasks_step_has_a_text")]
        indexes = [models.Index(fields=["task", "position", "id"], name="tasks_step_in_order")]


class TimeEntry(Owned):
    """Time that a member spent on a task; without `ended_at` it still runs, and a member has one that runs."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="time_entries")
    membership = models.ForeignKey("people.Membership", on_delete=models.PROTECT, related_name="time_entries")
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(ended_at__isnull=True), name="tasks_time_entry_one_runs"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="tasks_time_entry_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "-started_at"], name="tasks_time_entry_newest"),
        ]

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


class OnTimeRebuild(models.Model):
    """The organization's time zone changed, so its `tasks.on_time` facts of tasks after this id are to be rebuilt.

    A database trigger writes the row with every change of the zone; it is deleted when all tasks are done.
    """

    organization = models.OneToOneField(
        "people.Organization", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    rebuilt_through = models.BigIntegerField(default=0)


def weekend() -> list[int]:
    """Saturday and Sunday, as ISO numbers."""
    return [6, 7]


class WorkCalendar(Owned):
    """On which days an organization works: its weekly days of rest and the public holidays of a country.

    `country` is an ISO 3166 code, `-` for no public holidays at all; without a row, see `tasks.workdays`.
    """

    country = models.CharField(_("public holidays of"), max_length=2)
    subdivision = models.CharField(_("region"), max_length=10, blank=True)
    rest_days = ArrayField(models.PositiveSmallIntegerField(), default=weekend, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization"], name="tasks_work_calendar_once"),
        ]


class SpecialDay(Owned):
    """A day that differs from the organization's calendar: free, or worked."""

    on = models.DateField(_("day"))
    is_working = models.BooleanField(_("we work on this day"), default=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "on"], name="tasks_special_day_once"),
        ]
        ordering = ["on"]
