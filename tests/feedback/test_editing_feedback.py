"""Changing and deleting what is known about an item."""

from typing import Any

import pytest

from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from feedback import services
from feedback.choices import Kind
from feedback.models import Customer, FeedbackItem, Theme
from tests.conftest import Cast
from tests.feedback.conftest import complaint, stored_facts, verbs


def test_an_edit_moves_the_version_on_and_tells_what_changed(cast: Cast, delivery: Theme) -> None:
    item = complaint(cast.ben)
    edited = services.edit_item(
        by=cast.ana, item_id=item.pk, version=1, subject=" Very late ", theme_id=delivery.pk, body="Two weeks"
    )
    assert (edited.subject, edited.theme, edited.version) == ("Very late", delivery, 2)
    assert verbs(item) == ["feedback.opened", "feedback.edited"]
    assert item.transitions.count() == 1


def test_a_new_team_or_assignee_becomes_a_step_of_the_history(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.edit_item(
        by=cast.ana, item_id=item.pk, version=1, team_id=cast.support.pk, assignee_id=cast.ben.pk
    )
    step = item.transitions.last()
    assert (step.status, step.team, step.assignee, step.by) == ("new", cast.support, cast.ben, cast.ana)


def test_an_edit_that_changes_nothing_writes_nothing(cast: Cast) -> None:
    item = complaint(cast.ben, customer_name="Li")
    same = services.edit_item(
        by=cast.ben, item_id=item.pk, version=1, subject="Late delivery", customer_name="Li"
    )
    assert same.version == 1
    assert verbs(item) == ["feedback.opened"]


def test_editing_twice_with_the_same_values_records_one_event(cast: Cast) -> None:
    item = complaint(cast.ben)
    for _time in range(2):
        services.edit_item(by=cast.ben, item_id=item.pk, version=None, team_id=cast.field.pk)
    assert verbs(item) == ["feedback.opened", "feedback.edited"]
    assert item.transitions.count() == 2


def test_a_new_kind_moves_the_clock_until_the_first_reply(cast: Cast) -> None:
    item = complaint(cast.ben)
    changed = services.edit_item(by=cast.ben, item_id=item.pk, version=None, kind=Kind.QUESTION)
    assert (changed.reply_due_at - changed.opened_at).total_seconds() == 24 * 3600
    services.reply(by=cast.ben, item_id=item.pk, body="Hello")
    again = services.edit_item(by=cast.ben, item_id=item.pk, version=None, kind=Kind.PRAISE)
    assert again.reply_due_at == changed.reply_due_at


def test_a_renamed_customer_field_moves_the_item_to_that_customer(cast: Cast) -> None:
    item = complaint(cast.ben, customer_name="Li")
    moved = services.edit_item(by=cast.ben, item_id=item.pk, version=1, customer_name="Wang")
    assert moved.customer.name == "Wang"
    freed = services.edit_item(by=cast.ben, item_id=item.pk, version=2, customer_name="")
    assert freed.customer is None
    assert Customer.objects.count() == 2


def test_refused_edits_leave_the_item_as_it_was(cast: Cast, foreign_theme: Theme) -> None:
    item = complaint(cast.ben)
    facts = stored_facts(cast.organization)
    refused: list[tuple[Any, type[Exception], dict[str, Any]]] = [
        (cast.vera, NotAllowed, {"subject": "x"}),
        (cast.dan, NotVisible, {"subject": "x"}),
        (cast.ben, StaleVersion, {"subject": "x", "version": 7}),
        (cast.ben, InvalidInput, {"subject": "  "}),
        (cast.ben, InvalidInput, {"subject": "x" * 301}),
        (cast.ben, InvalidInput, {"body": "x" * 50_001}),
        (cast.ben, InvalidInput, {"kind": "rant"}),
        (cast.ben, InvalidInput, {"theme_id": foreign_theme.pk}),
        (cast.ben, InvalidInput, {"assignee_id": cast.dan.pk, "subject": "x"}),
        (cast.ben, InvalidInput, {"customer_name": "x" * 201}),
    ]
    for by, refusal, changes in refused:
        with pytest.raises(refusal):
            services.edit_item(by=by, item_id=item.pk, **({"version": None} | changes))
    unchanged = FeedbackItem.objects.values().get()
    assert unchanged == FeedbackItem.objects.filter(subject="Late delivery", version=1).values().get()
    assert stored_facts(cast.organization) == facts
    assert verbs(item) == ["feedback.opened"]


def test_a_deleted_item_takes_its_facts_with_it(cast: Cast) -> None:
    kept, gone = complaint(cast.ben, "Kept"), complaint(cast.ben, "Gone")
    services.reply(by=cast.ben, item_id=gone.pk, body="Hello", resolve=True)
    services.delete_item(by=cast.ana, item_id=gone.pk, version=2)
    assert FeedbackItem.objects.get() == kept
    assert {fact[1].split(":")[1] for fact in stored_facts(cast.organization)} == {str(kept.pk)}
    assert verbs(gone)[-1] == "feedback.deleted"


def test_only_managers_and_the_lead_of_the_team_delete(cast: Cast) -> None:
    item = complaint(cast.ben, team_id=cast.support.pk)
    for by, refusal in ((cast.ben, NotAllowed), (cast.vera, NotAllowed), (cast.dan, NotVisible)):
        with pytest.raises(refusal):
            services.delete_item(by=by, item_id=item.pk, version=1)
    with pytest.raises(StaleVersion):
        services.delete_item(by=cast.ana, item_id=item.pk, version=2)
    assert FeedbackItem.objects.count() == 1
