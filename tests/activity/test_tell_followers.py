"""Followers hear of every event once, in the order of the commits, whatever else goes on."""

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, transaction

from activity import registry, services
from activity.jobs import tell_followers
from activity.models import Event, EventCursor
from tests.activity.conftest import Listener, happened
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    """`work` on a connection of its own, started."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_tell_followers_twice_tells_each_event_once(committed_cast: Cast, listener: Listener) -> None:
    happened(committed_cast, "a", "b")
    tell_followers()
    tell_followers()
    happened(committed_cast, "c")
    tell_followers()
    assert listener.heard == ["a", "b", "c"]


def test_an_event_committed_late_is_told_although_younger_ones_were_written_before(
    committed_cast: Cast, listener: Listener
) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            happened(committed_cast, "late")
            written.set()
            may_commit.wait(10)

    thread = in_a_thread(late)
    written.wait(10)
    happened(committed_cast, "early")
    services.tell_followers()
    heard_meanwhile = list(listener.heard)
    may_commit.set()
    thread.join()
    services.tell_followers()
    assert heard_meanwhile == []
    assert listener.heard == ["late", "early"]


def test_two_runners_at_once_tell_each_event_once(
    committed_cast: Cast, followers: dict[str, registry.Follower]
) -> None:
    heard: list[int] = []
    is_telling, may_go_on, has_told = threading.Event(), threading.Event(), threading.Event()

    def slow(events: Sequence[Event]) -> None:
        heard.extend(event.pk for event in events)
        is_telling.set()
        may_go_on.wait(10)
        has_told.set()

    followers["slow"] = slow
    happened(committed_cast, "a", "b", "c")
    thread = in_a_thread(services.tell_followers)
    is_telling.wait(10)
    told_by_second = services.tell_followers()
    first_still_tells = not has_told.is_set()
    may_go_on.set()
    thread.join()
    services.tell_followers()
    assert told_by_second == 0
    assert first_still_tells
    assert len(heard) == len(set(heard)) == 3


def test_a_follower_that_raises_stops_no_other_and_is_told_again(
    committed_cast: Cast, listener: Listener, followers: dict[str, registry.Follower]
) -> None:
    followers["other"] = other = Listener()
    listener.fails = True
    happened(committed_cast, "a")
    services.tell_followers()
    assert other.heard == ["a"]
    assert EventCursor.objects.get(follower="listener").event_id == 0
    listener.fails = False
    listener.heard.clear()
    services.tell_followers()
    assert listener.heard == ["a"]
    assert other.heard == ["a"]


def test_what_a_failing_follower_wrote_is_undone(
    committed_cast: Cast, followers: dict[str, registry.Follower]
) -> None:
    def half_way(events: Sequence[Event]) -> None:
        happened(committed_cast, "half")
        raise ConnectionError

    followers["half"] = half_way
    happened(committed_cast, "a")
    services.tell_followers()
    assert list(Event.objects.values_list("verb", flat=True)) == ["a"]


def test_a_backlog_is_told_in_batches_and_goes_on_in_the_next_run(
    committed_cast: Cast, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "BATCH_EVENTS", 2)
    monkeypatch.setattr(services, "BATCHES_PER_RUN", 2)
    verbs = ["a", "b", "c", "d", "e"]
    with transaction.atomic():
        happened(committed_cast, *verbs)
    assert services.tell_followers() == 4
    assert services.tell_followers() == 1
    assert listener.heard == verbs


def test_a_log_restored_into_another_server_is_reported(
    committed_cast: Cast, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    happened(committed_cast, "a")
    services.tell_followers()
    assert not caplog.records
    EventCursor.objects.update(transaction=2**60)
    services.tell_followers()
    assert [record.message for record in caplog.records] == ["activity.log_numbered_by_another_server"]
