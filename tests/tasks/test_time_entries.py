"""The timer, time noted by hand, and who sees whose."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible
from tasks import services
from tasks.models import Task, TimeEntry
from tasks.selectors import local_day, time_entries, time_spent
from tests.conftest import Cast, sign_in


@pytest.fixture
def task(cast: Cast) -> Task:
    return services.create_task(by=cast.ana, title="Mend", assignee_id=cast.ben.pk)


def test_starting_another_task_stops_the_first(cast: Cast, task: Task) -> None:
    other = services.create_task(by=cast.ana, title="Other")
    first, _is_new = services.start_timer(by=cast.ben, task_id=task.pk)
    assert services.start_timer(by=cast.ben, task_id=task.pk) == (first, False)
    second, _is_new = services.start_timer(by=cast.ben, task_id=other.pk)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert services.stop_timer(by=cast.ben, task_id=task.pk) is None
    assert services.stop_timer(by=cast.ben) == second
    assert services.stop_timer(by=cast.ben) is None


def test_the_database_lets_one_timer_of_a_person_run(cast: Cast, task: Task) -> None:
    services.start_timer(by=cast.ben, task_id=task.pk)
    services.start_timer(by=cast.ana, task_id=task.pk)
    with pytest.raises(IntegrityError, match="one_runs"), transaction.atomic():
        TimeEntry.objects.create(
            organization=cast.organization, task=task, membership=cast.ben, started_at=timezone.now()
        )


def test_the_sum_of_a_task_counts_what_still_runs(cast: Cast, task: Task) -> None:
    now = timezone.now()
    with time_machine.travel(now - timedelta(minutes=20), tick=False):
        services.start_timer(by=cast.ben, task_id=task.pk)
    services.log_time(by=cast.ana, task_id=task.pk, on=local_day(cast.ana), minutes=40)
    with time_machine.travel(now, tick=False):
        spent = time_spent(cast.vera, task.pk)
    assert spent.total == timedelta(hours=1)
    assert spent.running is None


def test_single_entries_are_seen_by_their_owner_and_the_leads_of_the_owners_teams(
    cast: Cast, task: Task
) -> None:
    entry = services.log_time(by=cast.ben, task_id=task.pk, on=local_day(cast.ben), minutes=5, note="call")
    own = services.log_time(by=cast.cleo, task_id=task.pk, on=local_day(cast.ben), minutes=5)
    assert list(time_entries(cast.ben)) == [entry]
    assert list(time_entries(cast.ana)) == [entry]  # who leads ben's team, and not cleo's
    assert list(time_entries(cast.cleo)) == [own]
    for other in (cast.adam, cast.vera, cast.dan):
        assert list(time_entries(other)) == []
    shown = sign_in(cast.ana).get(reverse("tasks:detail", args=[task.pk])).content.decode()
    hidden = sign_in(cast.adam).get(reverse("tasks:detail", args=[task.pk])).content.decode()
    assert "call" in shown
    assert "call" not in hidden


def test_no_event_tells_who_worked_when(cast: Cast, task: Task) -> None:
    before = Event.objects.count()
    services.start_timer(by=cast.ben, task_id=task.pk)
    services.stop_timer(by=cast.ben)
    services.log_time(by=cast.ben, task_id=task.pk, on=local_day(cast.ben), minutes=5)
    assert Event.objects.count() == before


def test_time_by_hand_refuses_the_future_nothing_and_more_than_a_day(cast: Cast, task: Task) -> None:
    today = local_day(cast.ben)
    for on, minutes in ((today + timedelta(days=1), 5), (today, 0), (today, 1441)):
        with pytest.raises(InvalidInput):
            services.log_time(by=cast.ben, task_id=task.pk, on=on, minutes=minutes)
    with pytest.raises(NotAllowed):
        services.log_time(by=cast.vera, task_id=task.pk, on=today, minutes=5)
    with pytest.raises(NotVisible):
        services.start_timer(by=cast.dan, task_id=task.pk)
    assert not TimeEntry.objects.exists()


def test_an_entry_is_removed_by_its_owner_only(cast: Cast, task: Task) -> None:
    entry = services.log_time(by=cast.ben, task_id=task.pk, on=local_day(cast.ben), minutes=5)
    with pytest.raises(NotAllowed):
        services.remove_time(by=cast.ana, entry_id=entry.pk)
    with pytest.raises(NotVisible):
        services.remove_time(by=cast.cleo, entry_id=entry.pk)
    services.remove_time(by=cast.ben, entry_id=entry.pk)
    assert not TimeEntry.objects.exists()


def test_the_pages_start_stop_and_note_time(cast: Cast, task: Task) -> None:
    client = sign_in(cast.ben)
    client.post(reverse("tasks:timer", args=[task.pk]))
    assert "data-since" in client.get(reverse("tasks:detail", args=[task.pk])).content.decode()
    client.post(reverse("tasks:timer", args=[task.pk]), {"stop": "1"})
    address = reverse("tasks:time", args=[task.pk])
    wrong = client.post(address, {"on": "2020-01-01", "minutes": "0", "note": "kept words"})
    assert wrong.status_code == 422
    assert "kept words" in wrong.content.decode()
    client.post(address, {"on": "2020-01-01", "minutes": "90", "note": "call"})
    assert TimeEntry.objects.filter(ended_at__isnull=False).count() == 2
