"""What tasks tell the KPIs."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.services import emit_facts
from tasks import services
from tasks.choices import Status
from tasks.facts import TASK_FACTS, facts_of
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.facts import stored_facts, values_of

# The organization's clock is eight hours ahead of UTC, so its day ends at 16:00 UTC.
OPENED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LAST_SECOND_OF_DAY = datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)


def create(cast: Cast, **fields: object) -> Task:
    with time_machine.travel(OPENED, tick=False):
        return services.create_task(by=cast.ana, title="x", **fields)


@pytest.mark.parametrize(
    ("done_at", "on_time"),
    [(LAST_SECOND_OF_DAY, 1), (LAST_SECOND_OF_DAY + timedelta(seconds=1), 0)],
)
def test_on_time_ends_with_the_organizations_local_day(cast: Cast, done_at: datetime, on_time: int) -> None:
    task = create(cast, due_on=date(2026, 3, 10))
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, at=done_at)
    assert values_of(cast.organization, "tasks.on_time") == [on_time]


def test_a_task_without_a_due_day_is_neither_late_nor_on_time(cast: Cast) -> None:
    task = create(cast)
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    assert values_of(cast.organization, "tasks.on_time") == []


def test_the_cycle_runs_from_opening_to_the_last_completion(cast: Cast) -> None:
    task = create(cast)
    for hours, status in [(1, Status.DONE), (2, Status.IN_PROGRESS), (3, Status.DONE)]:
        services.change_status(
            by=cast.ben, task_id=task.pk, status=status, at=OPENED + timedelta(hours=hours)
        )
    assert values_of(cast.organization, "tasks.cycle_seconds") == [Decimal(3 * 3600)]
    assert values_of(cast.organization, "tasks.completed") == [1]
    assert values_of(cast.organization, "tasks.backlog") == [1, -1, 1, -1]


def test_facts_keep_owner_and_team_as_they_were_then(cast: Cast) -> None:
    task = create(cast, assignee_id=cast.ben.pk, team_id=cast.support.pk)
    done = services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    services.edit_task(
        by=cast.ana,
        task_id=task.pk,
        version=done.version,
        assignee_id=cast.cleo.pk,
        team_id=cast.field.pk,
    )
    places = {fact[0]: fact[4:] for fact in stored_facts(cast.organization)}
    assert places["tasks.completed"] == (cast.support.pk, cast.ben.pk)
    assert places["tasks.opened"] == (cast.support.pk, cast.ben.pk)


def test_handing_an_open_task_over_moves_the_backlog(cast: Cast) -> None:
    task = create(cast, assignee_id=cast.ben.pk, team_id=cast.support.pk)
    services.edit_task(
        by=cast.ana, task_id=task.pk, version=1, assignee_id=cast.cleo.pk, team_id=cast.field.pk
    )
    backlog: dict[tuple[int | None, int | None], Decimal] = {}
    for key, _source, _at, value, team_id, member_id in stored_facts(cast.organization):
        if key == "tasks.backlog":
            backlog[team_id, member_id] = backlog.get((team_id, member_id), Decimal(0)) + value
    assert backlog == {
        (cast.support.pk, cast.ben.pk): Decimal(0),
        (cast.field.pk, cast.cleo.pk): Decimal(1),
    }


def test_moving_the_due_day_of_a_done_task_changes_only_whether_it_was_on_time(cast: Cast) -> None:
    task = create(cast, due_on=date(2026, 3, 9))
    done = services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE, at=LAST_SECOND_OF_DAY)
    before = [fact for fact in stored_facts(cast.organization) if fact[0] != "tasks.on_time"]
    services.edit_task(by=cast.ana, task_id=task.pk, version=done.version, due_on=date(2026, 3, 10))
    assert values_of(cast.organization, "tasks.on_time") == [1]
    assert [fact for fact in stored_facts(cast.organization) if fact[0] != "tasks.on_time"] == before


def test_a_rebuild_gives_the_same_facts(cast: Cast) -> None:
    task = create(cast, assignee_id=cast.ben.pk, team_id=cast.support.pk, due_on=date(2026, 3, 9))
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, assignee_id=cast.cleo.pk)
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.TODO)
    services.change_status(by=cast.ben, task_id=task.pk, status=Status.DONE)
    services.edit_task(by=cast.ana, task_id=task.pk, version=None, team_id=cast.field.pk)
    before = stored_facts(cast.organization)
    ids = list(TASK_FACTS.ids_of(cast.organization.pk))
    assert emit_facts("task", cast.organization.pk, ids) == 0
    assert stored_facts(cast.organization) == before


def test_facts_of_many_tasks_cost_two_queries(cast: Cast) -> None:
    ids = [create(cast).pk for _number in range(3)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = facts_of(cast.organization.pk, ids)
    assert len(queries) == 2
    assert set(found) == set(ids)


def test_another_organizations_tasks_give_no_facts(cast: Cast) -> None:
    assert facts_of(cast.other.pk, [create(cast).pk]) == {}


def test_the_opening_times_of_open_tasks_stand_beside_the_backlog_with_the_same_sign(cast: Cast) -> None:
    task = create(cast, assignee_id=cast.ben.pk, team_id=cast.support.pk)
    services.edit_task(by=cast.ana, task_id=task.pk, version=1, team_id=cast.field.pk)
    for status in (Status.DONE, Status.IN_PROGRESS, Status.CANCELLED):
        services.change_status(by=cast.ben, task_id=task.pk, status=status)
    facts = stored_facts(cast.organization)
    backlog, opened = (
        [fact[1:] for fact in facts if fact[0] == key] for key in ("tasks.backlog", "tasks.backlog_opened")
    )
    assert len(backlog) == 6
    assert opened == sorted(
        ((key, at, change * Decimal(OPENED.timestamp()), *place) for key, at, change, *place in backlog),
        key=str,
    )
