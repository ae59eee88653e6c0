"""Answering the customer."""

import pytest

from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from feedback import services
from feedback.choices import Status
from feedback.models import FeedbackItem, Reply
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint, stored_facts, values_of, verbs


def test_the_first_reply_stops_the_clock_and_takes_the_item_in_progress(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=3), team_id=cast.support.pk, assignee_id=cast.ben.pk)
    at = ago(hours=1)
    services.reply(by=cast.ana, item_id=item.pk, body=" We are sorry. ", at=at)
    item.refresh_from_db()
    assert (item.status, item.first_replied_at, item.version) == (Status.IN_PROGRESS, at, 2)
    assert item.replies.get().body == "We are sorry."
    [fact] = stored_facts(cast.organization, "feedback.first_response_seconds")
    assert fact[2:6] == (at, 7200, cast.support.pk, cast.ben.pk)


def test_a_second_reply_changes_neither_the_clock_nor_the_facts(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=3))
    services.reply(by=cast.ben, item_id=item.pk, body="One", at=ago(hours=2))
    facts = stored_facts(cast.organization)
    services.reply(by=cast.ben, item_id=item.pk, body="Two", at=ago(hours=1))
    item.refresh_from_db()
    assert item.replies.count() == 2
    assert stored_facts(cast.organization) == facts
    assert verbs(item).count("feedback.replied") == 2


def test_a_reply_may_resolve_the_item_in_one_step(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=3))
    services.reply(by=cast.ben, item_id=item.pk, body="Done", resolve=True, at=ago(hours=1))
    item.refresh_from_db()
    assert item.status == Status.RESOLVED
    assert [step.status for step in item.transitions.all()] == ["new", "resolved"]
    assert values_of(cast.organization, "feedback.handling_seconds") == [7200]


def test_a_reply_to_a_waiting_item_leaves_it_waiting(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.WAITING)
    services.reply(by=cast.ben, item_id=item.pk, body="Any news?")
    item.refresh_from_db()
    assert item.status == Status.WAITING


@pytest.mark.parametrize("body", ["", " \n "])
def test_an_empty_reply_is_refused_and_nothing_changes(cast: Cast, body: str) -> None:
    item = complaint(cast.ben)
    with pytest.raises(InvalidInput):
        services.reply(by=cast.ben, item_id=item.pk, body=body)
    assert not Reply.objects.exists()
    assert FeedbackItem.objects.get().first_replied_at is None


def test_viewers_and_strangers_do_not_answer(cast: Cast) -> None:
    item = complaint(cast.ben)
    with pytest.raises(NotAllowed):
        services.reply(by=cast.vera, item_id=item.pk, body="Hello")
    with pytest.raises(NotVisible):
        services.reply(by=cast.dan, item_id=item.pk, body="Hello")
    assert not Reply.objects.exists()


def test_a_reply_to_an_old_version_is_refused(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.change_status(by=cast.ana, item_id=item.pk, status=Status.WAITING)
    with pytest.raises(StaleVersion):
        services.reply(by=cast.ben, item_id=item.pk, body="Hello", version=item.version)
    assert not Reply.objects.exists()


def test_a_reply_cannot_lie_before_the_last_step(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=1))
    with pytest.raises(InvalidInput):
        services.reply(by=cast.ben, item_id=item.pk, body="Hello", at=ago(hours=2))
    assert not Reply.objects.exists()
