"""Whether a task was done on time is decided by the local day: a new time zone asks the question again."""

import time

from django.db import transaction

from common.queue import enqueue
from kpis.services import REBUILD_ROWS, rebuild_facts
from tasks.facts import SOURCE
from tasks.models import OnTimeRebuild, Task

SECONDS_PER_JOB = 30


def sweep_on_time() -> int:
    """Every organization whose time zone changed is on its way to a worker; returns how many."""
    due = list(OnTimeRebuild.objects.values_list("pk", flat=True))
    for organization_id in due:
        enqueue("tasks.rebuild_on_time", organization_id=organization_id)
    return len(due)


def rebuild_on_time(organization_id: int) -> int:
    """The facts of all tasks follow the present time zone, or the time of one job is over; returns how many changed.

    Each batch is one transaction, so a crash repeats one batch, and a change of the zone meanwhile starts afresh.
    """
    changed, until = 0, time.monotonic() + SECONDS_PER_JOB
    while time.monotonic() < until:
        batch = _rebuild_batch(organization_id)
        if batch is None:
            return changed
        changed += batch
    enqueue("tasks.rebuild_on_time", organization_id=organization_id)
    return changed


@transaction.atomic
def _rebuild_batch(organization_id: int) -> int | None:
    """How many facts changed, None where nothing is due."""
    due = OnTimeRebuild.objects.select_for_update().filter(pk=organization_id).first()
    if due is None:
        return None
    # Taken before the tasks are listed: whoever still wrote by the old zone has committed then.
    rebuild_facts(SOURCE, organization_id, [])
    tasks = Task.objects.filter(
        organization_id=organization_id, due_on__isnull=False, pk__gt=due.rebuilt_through
    )
    ids = list(tasks.order_by("pk").values_list("pk", flat=True)[:REBUILD_ROWS])
    if not ids:
        due.delete()
        return None
    due.rebuilt_through = ids[-1]
    due.save(update_fields=["rebuilt_through"])
    return rebuild_facts(SOURCE, organization_id, ids)
