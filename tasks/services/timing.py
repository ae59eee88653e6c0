"""Time spent on tasks. No event tells who worked when: these rows are the member's own and their leads'."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import InvalidInput, NotAllowed, NotVisible
from people.models import Membership
from tasks.models import Task, TimeEntry
from tasks.permissions import can_complete_tasks
from tasks.selectors import time_entries

LONGEST_MINUTES = 24 * 60
LONGEST_NOTE = 300
SHORTEST = timedelta(seconds=1)


@transaction.atomic
def start_timer(*, by: Membership, task_id: int) -> tuple[TimeEntry, bool]:
    """`by` works on this task from now on, and on no other any more; where that is so already, it stays.

    Returns the entry, and whether it is a new one. Refuses who may not move tasks on.
    """
    task = _workable(by, task_id)
    running = _stopped_unless(by, task.pk)
    if running is not None:
        return running, False
    started = TimeEntry.objects.create(
        organization_id=by.organization_id, task=task, membership=by, started_at=timezone.now()
    )
    return started, True


@transaction.atomic
def stop_timer(*, by: Membership, task_id: int | None = None) -> TimeEntry | None:
    """No timer of `by` runs any more; with a task, only if it is that one's. Returns what ended, if anything did."""
    _lock(by)
    running = TimeEntry.objects.filter(membership=by, ended_at__isnull=True).first()
    if running is None or task_id not in (None, running.task_id):
        return None
    return _end(running)


@transaction.atomic
def log_time(*, by: Membership, task_id: int, on: date, minutes: int, note: str = "") -> TimeEntry:
    """`by` worked on the task for so many minutes on that day, without a timer.

    Refuses who may not move tasks on, days ahead, and less than a minute or more than a day.
    """
    task = _workable(by, task_id)
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise InvalidInput({"minutes": [_("Between one minute and a day.")]})
    if on > timezone.localdate(timezone=by.organization.zone):
        raise InvalidInput({"on": [_("This day is still to come.")]})
    if len(note) > LONGEST_NOTE:
        raise InvalidInput({"note": [_("Keep a note below %(limit)s characters.") % {"limit": LONGEST_NOTE}]})
    start = datetime.combine(on, time.min, by.organization.zone)
    return TimeEntry.objects.create(
        organization_id=by.organization_id,
        task=task,
        membership=by,
        started_at=start,
        ended_at=start + timedelta(minutes=minutes),
        note=note.strip(),
    )


@transaction.atomic
def remove_time(*, by: Membership, entry_id: int) -> None:
    """The entry is gone. Refuses all but whose it is; their leads see it only."""
    entry = time_entries(by).filter(pk=entry_id).first()
    if entry is None:
        raise NotVisible
    if entry.membership_id != by.pk:
        raise NotAllowed
    entry.delete()


def _workable(by: Membership, task_id: int) -> Task:
    task = Task.objects.visible_to(by).filter(pk=task_id).first()
    if task is None:
        raise NotVisible
    if not can_complete_tasks(by):
        raise NotAllowed
    return task


def _lock(by: Membership) -> None:
    """One change of a member's timer at a time."""
    Membership.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)


def _stopped_unless(by: Membership, task_id: int) -> TimeEntry | None:
    """Whatever else runs has ended; returns what runs on the task."""
    _lock(by)
    running = TimeEntry.objects.filter(membership=by, ended_at__isnull=True).first()
    if running is not None and running.task_id != task_id:
        _end(running)
        return None
    return running


def _end(running: TimeEntry) -> TimeEntry:
    running.ended_at = max(timezone.now(), running.started_at + SHORTEST)
    running.save(update_fields=["ended_at"])
    return running
