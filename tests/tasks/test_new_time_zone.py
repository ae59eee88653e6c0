"""A new time zone of the organization decides again which tasks were done on time."""

from datetime import UTC, date, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from kpis.models import Measurement
from kpis.services import emit_facts
from people.models import Organization
from tasks import jobs, services
from tasks.choices import Status
from tasks.facts import SOURCE
from tasks.models import OnTimeRebuild, Task
from tests.conftest import Cast, create_cast
from tests.tasks.facts import stored_facts, values_of

# Half past midnight on 11 March in Shanghai, and midday of the 10th in New York.
DUE = date(2026, 3, 10)
DONE_AT = datetime(2026, 3, 10, 16, 30, tzinfo=UTC)
SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"


def done_task(cast: Cast, done_at: datetime = DONE_AT, due_on: date | None = DUE) -> Task:
    task = services.create_task(by=cast.ana, title="x", due_on=due_on)
    opened_at = DONE_AT - timedelta(days=3)
    Task.objects.filter(pk=task.pk).update(opened_at=opened_at)
    task.transitions.update(at=opened_at)
    return services.change_status(by=cast.ana, task_id=task.pk, status=Status.DONE, at=done_at)


def move_to(organization: Organization, zone: str) -> None:
    Organization.objects.filter(pk=organization.pk).update(time_zone=zone)


def on_time(cast: Cast) -> list[int]:
    return [int(value) for value in values_of(cast.organization, "tasks.on_time")]


def test_a_new_zone_changes_only_what_was_done_around_midnight(cast: Cast) -> None:
    done_task(cast)
    done_task(cast, DONE_AT - timedelta(hours=6))
    done_task(cast, due_on=None)
    assert on_time(cast) == [1, 0]
    before = [fact for fact in stored_facts(cast.organization) if fact[0] != "tasks.on_time"]
    move_to(cast.organization, NEW_YORK)
    assert services.rebuild_on_time(cast.organization.pk) == 1
    assert on_time(cast) == [1, 1]
    assert [fact for fact in stored_facts(cast.organization) if fact[0] != "tasks.on_time"] == before
    assert not OnTimeRebuild.objects.exists()


def test_there_and_back_between_two_sweeps_is_noticed(cast: Cast) -> None:
    move_to(cast.organization, NEW_YORK)
    done_task(cast)
    assert on_time(cast) == [1]
    move_to(cast.organization, SHANGHAI)
    services.rebuild_on_time(cast.organization.pk)
    assert on_time(cast) == [0]


def test_the_same_zone_again_asks_for_nothing(cast: Cast) -> None:
    move_to(cast.organization, SHANGHAI)
    Organization.objects.filter(pk=cast.organization.pk).update(week_start=7)
    assert not OnTimeRebuild.objects.exists()


def test_a_new_zone_while_the_rebuild_runs_starts_it_afresh(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.services.calendar.REBUILD_ROWS", 1)
    for _ in range(3):
        done_task(cast)
    move_to(cast.organization, NEW_YORK)
    monkeypatch.setattr("tasks.services.calendar.SECONDS_PER_JOB", 0.0)
    services.rebuild_on_time(cast.organization.pk)
    OnTimeRebuild.objects.update(rebuilt_through=Task.objects.order_by("pk")[1].pk)
    move_to(cast.organization, SHANGHAI)
    assert OnTimeRebuild.objects.get().rebuilt_through == 0
    monkeypatch.undo()
    services.rebuild_on_time(cast.organization.pk)
    assert on_time(cast) == [0, 0, 0]


def test_sweep_on_time_and_rebuild_on_time_twice_change_nothing_more(cast: Cast) -> None:
    done_task(cast)
    move_to(cast.organization, NEW_YORK)
    for _ in range(2):
        jobs.sweep_on_time()
        jobs.rebuild_on_time(cast.organization.pk)
    once = stored_facts(cast.organization)
    assert on_time(cast) == [1]
    recorded = list(Measurement.objects.order_by("pk").values_list("recorded_at", flat=True))
    jobs.rebuild_on_time(cast.organization.pk)
    jobs.sweep_on_time()
    assert stored_facts(cast.organization) == once
    assert list(Measurement.objects.order_by("pk").values_list("recorded_at", flat=True)) == recorded


def test_other_organizations_keep_their_facts(cast: Cast) -> None:
    done_task(cast)
    move_to(cast.other, NEW_YORK)
    assert services.sweep_on_time() == 1
    services.rebuild_on_time(cast.other.pk)
    assert on_time(cast) == [0]


def test_the_rebuild_waits_for_whoever_still_writes_by_the_old_zone(transactional_db: None) -> None:
    cast = create_cast()
    may_commit = Event()
    writer = Thread(target=_write, args=[cast, may_commit])
    with transaction.atomic():
        move_to(cast.organization, NEW_YORK)
        writer.start()
        writer.join(timeout=1)
    worker = Thread(target=_rebuild, args=[cast.organization.pk])
    worker.start()
    worker.join(timeout=1)
    may_commit.set()
    for thread in (writer, worker):
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert on_time(cast) == [1]
    assert not OnTimeRebuild.objects.exists()


def _write(cast: Cast, may_commit: Event) -> None:
    """A task made and done in one go: its fact is derived before the new zone is committed, and committed after."""
    organization = cast.organization
    try:
        with transaction.atomic():
            task = Task.objects.create(
                organization=organization, title="x", status=Status.DONE, closed_at=DONE_AT, due_on=DUE
            )
            task.transitions.create(at=DONE_AT, status=Status.DONE)
            emit_facts(SOURCE, organization.pk, [task.pk])
            may_commit.wait(timeout=20)
    finally:
        connection.close()


def _rebuild(organization_id: int) -> None:
    try:
        services.rebuild_on_time(organization_id)
    finally:
        connection.close()
