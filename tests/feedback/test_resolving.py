"""Resolving, reopening, and taking a status back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from feedback import services
from feedback.choices import Status
from feedback.errors import TooLateToUndo
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint, stored_facts, values_of, verbs


def test_resolving_emits_the_handling_time_and_leaves_the_backlog(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=5), team_id=cast.support.pk)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED, at=ago(hours=1))
    item.refresh_from_db()
    assert item.resolved_at == ago(hours=1)
    assert values_of(cast.organization, "feedback.handling_seconds") == [4 * 3600]
    assert values_of(cast.organization, "feedback.resolved") == [1]
    assert values_of(cast.organization, "feedback.backlog") == [1, -1]


def test_resolving_twice_records_one_event_and_one_step(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED)
    facts = stored_facts(cast.organization)
    again = services.change_status(by=cast.ana, item_id=item.pk, status=Status.RESOLVED)
    assert again.version == 2
    assert verbs(item) == ["feedback.opened", "feedback.status_changed"]
    assert item.transitions.count() == 2
    assert stored_facts(cast.organization) == facts


def test_reopening_takes_the_resolution_back(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=5))
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED, at=ago(hours=4))
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.IN_PROGRESS, at=ago(hours=3))
    item.refresh_from_db()
    assert item.resolved_at is None
    assert values_of(cast.organization, "feedback.handling_seconds") == []
    assert values_of(cast.organization, "feedback.resolved") == []
    assert values_of(cast.organization, "feedback.backlog") == [1, -1, 1]


def test_resolving_again_counts_once_and_handles_until_the_last_time(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(hours=5))
    for status, hours in ((Status.RESOLVED, 4), (Status.WAITING, 3), (Status.RESOLVED, 2)):
        services.change_status(by=cast.ben, item_id=item.pk, status=status, at=ago(hours=hours))
    assert values_of(cast.organization, "feedback.handling_seconds") == [3 * 3600]
    assert values_of(cast.organization, "feedback.resolved") == [1]
    assert values_of(cast.organization, "feedback.backlog") == [1, -1, 1, -1]


def test_a_reopening_undone_at_once_keeps_the_old_resolution(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(days=5))
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED, at=ago(days=3))
    facts = stored_facts(cast.organization)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.IN_PROGRESS)
    undone = services.undo_status_change(by=cast.ben, item_id=item.pk, version=3)
    assert (undone.status, undone.version) == (Status.RESOLVED, 4)
    assert undone.resolved_at == item.transitions.last().at
    assert stored_facts(cast.organization) == facts
    assert verbs(item).count("feedback.status_changed") == 3


def test_undoing_twice_takes_nothing_more_back(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(days=5))
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.WAITING)
    services.undo_status_change(by=cast.ben, item_id=item.pk, version=None)
    with pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ben, item_id=item.pk, version=None)
    assert item.transitions.count() == 1


def test_only_ones_own_latest_status_change_can_be_undone(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.WAITING)
    with pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ana, item_id=item.pk, version=None)
    services.edit_item(by=cast.ben, item_id=item.pk, version=None, team_id=cast.field.pk)
    with pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ben, item_id=item.pk, version=None)
    assert item.transitions.count() == 3


def test_an_undo_comes_too_late_after_ten_minutes(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.WAITING)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)), pytest.raises(TooLateToUndo):
        services.undo_status_change(by=cast.ben, item_id=item.pk, version=None)
    assert item.transitions.count() == 2


def test_refused_changes_leave_the_item_as_it_was(cast: Cast) -> None:
    item = complaint(cast.ben)
    for by, refusal, changes in (
        (cast.vera, NotAllowed, {"status": "resolved"}),
        (cast.dan, NotVisible, {"status": "resolved"}),
        (cast.ben, InvalidInput, {"status": "burnt"}),
        (cast.ben, InvalidInput, {"status": "resolved", "at": ago(days=2)}),
        (cast.ben, InvalidInput, {"status": "resolved", "at": ago(days=-2)}),
        (cast.ben, StaleVersion, {"status": "resolved", "version": 9}),
    ):
        with pytest.raises(refusal):
            services.change_status(by=by, item_id=item.pk, **changes)
    item.refresh_from_db()
    assert (item.status, item.version, item.transitions.count()) == (Status.NEW, 1, 1)
    assert verbs(item) == ["feedback.opened"]
