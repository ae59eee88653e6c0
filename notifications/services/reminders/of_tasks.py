"""Tasks that are due soon, and tasks that are overdue. Those of who has left are told to the leads."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import cast

from notifications.services.planning import Due
from notifications.services.reminders.occasion import Occasion
from tasks.models import Task

COLUMNS = ("pk", "assignee_id", "team_id", "due_on")
# The queries ask for tasks that have an assignee and a due day.
Rows = Iterable[tuple[int, int, int | None, date]]
TASK = Task._meta.label_lower
# Nobody is reminded of tasks that were due long before anybody reminded them, for instance after an import.
FORGOTTEN_AFTER = timedelta(days=90)


def tasks_due(occasion: Occasion) -> Iterator[Due]:
    """Each open task has one reminder, `lead` working days before its due day, or on the last one until it."""
    workdays, today, lead = occasion.workdays, occasion.today, occasion.rule.lead
    last = workdays.add(workdays.last_until(today), lead + 1)
    tasks = Task.objects.open().filter(
        organization=occasion.organization, due_on__gte=today, due_on__lt=last, assignee__isnull=False
    )
    for task_id, assignee_id, team_id, due_on in cast(
        "Rows", tasks.values_list("pk", "assignee_id", "team_id", "due_on")
    ):
        day = workdays.add(workdays.last_until(due_on), -lead)
        if day <= today:
            readers = occasion.people.answering(assignee_id, team_id)
            yield from occasion.tell(readers, (TASK, task_id), str(due_on), occasion.morning(day))


def tasks_overdue(occasion: Occasion) -> Iterator[Due]:
    """Each overdue task has one reminder, from the first working day after its due day on, and again as the rule says.

    After `escalate_after` more working days the leads hear of it, once.
    """
    workdays, today = occasion.workdays, occasion.today
    tasks = (
        Task.objects.overdue(today)
        .filter(organization=occasion.organization, due_on__gte=today - FORGOTTEN_AFTER)
        .filter(assignee__isnull=False)
    )
    for task_id, assignee_id, team_id, due_on in cast(
        "Rows", tasks.values_list("pk", "assignee_id", "team_id", "due_on")
    ):
        start = workdays.add(due_on, 1)
        day = occasion.repetition(start)
        if day is None:
            continue
        period = str(due_on) if day == start else f"{due_on}/{day}"
        readers = occasion.people.answering(assignee_id, team_id)
        yield from occasion.tell(readers, (TASK, task_id), period, occasion.morning(day))
        if occasion.rule.escalate_after is not None:
            late = workdays.add(start, occasion.rule.escalate_after)
            if late <= today:
                leads = occasion.people.leads(team_id, besides=assignee_id) - readers
                yield from occasion.escalate(leads, (TASK, task_id), str(due_on), occasion.morning(late))
