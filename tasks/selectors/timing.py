"""Whose time was spent on what. Single entries are seen by whose they are and by the leads of their teams."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.errors import NotVisible
from common.models import OwnedQuerySet
from people.models import Membership, TeamMembership
from tasks.models import TimeEntry


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """What everybody together spent on a task, timers that run included up to `at`, and the reader's own timer."""

    total: timedelta
    at: datetime
    running: TimeEntry | None


def time_entries(actor: Membership) -> OwnedQuerySet[TimeEntry]:
    """The actor's entries and those of the members of teams that they lead, newest first. One query."""
    led = [place.team_id for place in actor.places.all() if place.is_lead]
    mine = Q(membership=actor)
    if led:
        mine |= Q(membership__in=TeamMembership.objects.filter(team__in=led).values("membership"))
    return (
        TimeEntry.objects.visible_to(actor)
        .filter(mine)
        .select_related("membership__user", "task")
        .order_by("-started_at", "-id")
    )


def get_entry(actor: Membership, task_id: int, entry_id: int) -> TimeEntry:
    """An entry on a task that the actor sees; refuses one that is not there."""
    entry = time_entries(actor).filter(task=task_id, pk=entry_id).first()
    if entry is None:
        raise NotVisible
    return entry


def running_entry(actor: Membership) -> TimeEntry | None:
    """What the actor's timer runs on. One query."""
    return (
        TimeEntry.objects.visible_to(actor)
        .filter(membership=actor, ended_at__isnull=True)
        .select_related("task")
        .first()
    )


def time_spent(actor: Membership, task_id: int) -> TimeSpent:
    """The sum of a task that the actor sees, and their timer. Two queries."""
    now = timezone.now()
    spent = (
        TimeEntry.objects.visible_to(actor)
        .filter(task=task_id)
        .aggregate(total=Sum(Coalesce(F("ended_at"), now) - F("started_at")))
    )
    return TimeSpent(total=spent["total"] or timedelta(), at=now, running=running_entry(actor))
