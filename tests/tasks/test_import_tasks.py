"""Importing tasks with their history."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from common.errors import InvalidInput, NotAllowed
from tasks import services
from tasks.choices import Status
from tasks.models import Task, Transition
from tasks.services import ImportCounts, TaskRow
from tests.conftest import Cast
from tests.tasks.facts import stored_facts, values_of

OPENED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DONE = OPENED + timedelta(hours=5)


def row(number: int = 1, **fields: object) -> TaskRow:
    return TaskRow(
        **{
            "external_id": f"case-{number}",
            "title": f"Case {number}",
            "status": Status.DONE,
            "opened_at": OPENED,
            "closed_at": DONE,
            "due_on": date(2026, 3, 2),
            "transitions": (
                (OPENED, Status.TODO, "Insert ticket"),
                (OPENED + timedelta(hours=1), Status.IN_PROGRESS, "Take charge"),
                (DONE, Status.DONE, "Closed"),
            ),
            **fields,
        }
    )


def run(cast: Cast, *rows: TaskRow) -> ImportCounts:
    return services.import_tasks(cast.organization.pk, "helpdesk", rows)


def test_a_row_becomes_a_task_with_its_history_and_facts(cast: Cast) -> None:
    assert run(cast, row(assignee_id=cast.ben.pk, team_id=cast.support.pk)) == ImportCounts(created=1)
    task = Task.objects.get(external_id="case-1")
    assert (task.status, task.opened_at, task.closed_at) == (Status.DONE, OPENED, DONE)
    assert [step.external_status for step in task.transitions.all()] == [
        "Insert ticket",
        "Take charge",
        "Closed",
    ]
    assert values_of(cast.organization, "tasks.cycle_seconds") == [5 * 3600]
    assert values_of(cast.organization, "tasks.on_time") == [1]
    assert {fact[4:] for fact in stored_facts(cast.organization)} == {(cast.support.pk, cast.ben.pk)}


def test_importing_twice_changes_nothing_and_records_one_event(cast: Cast) -> None:
    rows = [row(number) for number in range(3)]
    run(cast, *rows)
    before = (list(Task.objects.values()), list(Transition.objects.values()), stored_facts(cast.organization))
    assert run(cast, *rows) == ImportCounts(unchanged=3)
    assert before == (
        list(Task.objects.values()),
        list(Transition.objects.values()),
        stored_facts(cast.organization),
    )
    assert Event.objects.filter(verb="tasks.imported").count() == 1


def test_a_changed_row_replaces_the_task_and_its_history(cast: Cast) -> None:
    run(cast, row(1), row(2))
    reopened = row(
        1,
        title="Case 1, again",
        status=Status.IN_PROGRESS,
        closed_at=None,
        transitions=(*row(1).transitions, (DONE + timedelta(hours=1), Status.IN_PROGRESS, "Reopened")),
    )
    assert run(cast, reopened, row(2)) == ImportCounts(updated=1, unchanged=1)
    task = Task.objects.get(external_id="case-1")
    assert (task.title, task.status, task.closed_at, task.version) == (
        "Case 1, again",
        Status.IN_PROGRESS,
        None,
        2,
    )
    assert task.transitions.count() == 4
    assert values_of(cast.organization, "tasks.completed") == [1]


def test_a_history_the_source_left_out_is_filled_in(cast: Cast) -> None:
    run(
        cast,
        row(1, transitions=()),
        row(2, transitions=(), status=Status.WAITING, closed_at=None),
        row(3, transitions=((DONE, Status.DONE, "Closed"),)),
    )
    histories = {
        task.external_id: [(step.at, step.status) for step in task.transitions.all()]
        for task in Task.objects.all()
    }
    assert histories == {
        "case-1": [(OPENED, Status.TODO), (DONE, Status.DONE)],
        "case-2": [(OPENED, Status.WAITING)],
        "case-3": [(OPENED, Status.TODO), (DONE, Status.DONE)],
    }


def test_of_two_rows_with_one_external_id_the_later_counts_and_both_are_counted(cast: Cast) -> None:
    assert run(cast, row(1), row(1, title="Later")) == ImportCounts(created=1, updated=1)
    assert Task.objects.get().title == "Later"


def test_somebody_who_left_keeps_their_old_tasks(cast: Cast) -> None:
    cast.cleo.is_active = False
    cast.cleo.save()
    run(cast, row(assignee_id=cast.cleo.pk))
    assert Task.objects.get().assignee == cast.cleo


@pytest.mark.parametrize("wrong", ["external_id", "assignee_id"])
def test_one_wrong_row_stores_nothing(cast: Cast, wrong: str) -> None:
    value = "" if wrong == "external_id" else cast.dan.pk
    with pytest.raises(InvalidInput) as refused:
        run(cast, row(1), replace(row(2), **{wrong: value}))
    assert list(refused.value.fields) == [wrong]
    assert not Task.objects.exists()


def test_viewers_and_other_organizations_import_nothing(cast: Cast) -> None:
    for by in (cast.vera, cast.dan):
        with pytest.raises(NotAllowed):
            services.import_tasks(cast.organization.pk, "helpdesk", [row()], by=by)
    assert not Task.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast) -> None:
    run(cast, row(0), row(1))
    counts = []
    for size in (2, 40):
        rows = [row(1, title=f"Case 1 of {size}"), *(row(number + 100 * size) for number in range(size))]
        with CaptureQueriesContext(connection) as queries:
            run(cast, *rows)
        counts.append(len(queries))
    assert counts[0] == counts[1]
