"""Taking in what a customer says."""

from datetime import timedelta

import pytest

from common.errors import InvalidInput, NotAllowed
from feedback import services
from feedback.choices import Kind, Status
from feedback.models import Customer, FeedbackItem, Theme
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint, stored_facts, values_of, verbs


def test_a_new_item_is_open_and_has_one_step_of_history(cast: Cast) -> None:
    item = complaint(cast.ben, "  Late delivery ", team_id=cast.support.pk)
    assert (item.status, item.subject, item.resolved_at) == (Status.NEW, "Late delivery", None)
    steps = list(item.transitions.values_list("at", "status", "team_id", "by_id"))
    assert steps == [(item.opened_at, "new", cast.support.pk, cast.ben.pk)]
    assert verbs(item) == ["feedback.opened"]


@pytest.mark.parametrize(
    ("kind", "hours"), [("complaint", 8), ("question", 24), ("suggestion", 72), ("praise", 72)]
)
def test_the_kind_decides_when_the_reply_is_due(cast: Cast, kind: str, hours: int) -> None:
    item = complaint(cast.ben, kind=kind, opened_at=ago(hours=1))
    assert item.reply_due_at == item.opened_at + timedelta(hours=hours)


def test_a_complaint_emits_its_opening_under_its_theme(cast: Cast, delivery: Theme) -> None:
    complaint(cast.ben, theme_id=delivery.pk, team_id=cast.support.pk)
    facts = [
        (key, float(value), team, label)
        for key, _s, _at, value, team, _m, label in stored_facts(cast.organization)
        if key != "feedback.backlog_opened"
    ]
    assert facts == [
        ("feedback.backlog", 1, cast.support.pk, ""),
        ("feedback.complaints", 1, cast.support.pk, "delivery"),
        ("feedback.opened", 1, cast.support.pk, "delivery"),
        ("feedback.reply_in_time", 0, cast.support.pk, ""),
        ("feedback.resolved_in_7_days", 0, cast.support.pk, "delivery"),
    ]


def test_praise_is_no_complaint(cast: Cast) -> None:
    complaint(cast.ben, kind=Kind.PRAISE)
    assert values_of(cast.organization, "feedback.opened") == [1]
    assert values_of(cast.organization, "feedback.complaints") == []


def test_a_customer_is_found_by_name_in_the_own_organization_only(cast: Cast) -> None:
    theirs = complaint(cast.dan, customer_name="李雷").customer
    first = complaint(cast.ben, customer_name="李雷").customer
    second = complaint(cast.ana, customer_name=" 李雷 ").customer
    assert first == second != theirs


def test_a_viewer_takes_nothing_in(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        complaint(cast.vera)
    assert not FeedbackItem.objects.exists()


@pytest.mark.parametrize("subject", ["", "   "])
def test_an_item_needs_a_subject(cast: Cast, subject: str) -> None:
    with pytest.raises(InvalidInput):
        complaint(cast.ben, subject)
    assert not FeedbackItem.objects.exists()


def test_an_item_cannot_open_in_the_future(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        complaint(cast.ben, opened_at=ago(days=-1))
    assert not FeedbackItem.objects.exists()


def test_foreign_and_missing_rows_are_refused_with_the_same_words(cast: Cast, foreign_theme: Theme) -> None:
    customer = Customer.objects.create(organization=cast.other, name="Theirs")
    foreign = {"assignee_id": cast.dan.pk, "theme_id": foreign_theme.pk, "customer_id": customer.pk}
    with pytest.raises(InvalidInput) as of_foreign:
        complaint(cast.ben, **foreign)
    with pytest.raises(InvalidInput) as of_missing:
        complaint(cast.ben, **dict.fromkeys(foreign, 9_999_999))
    assert of_foreign.value.fields == of_missing.value.fields
    assert set(of_foreign.value.fields) == set(foreign)
    assert not FeedbackItem.objects.exists()


def test_somebody_who_left_gets_nothing_assigned(cast: Cast) -> None:
    cast.cleo.is_active = False
    cast.cleo.save()
    with pytest.raises(InvalidInput):
        services.create_item(by=cast.ben, subject="x", assignee_id=cast.cleo.pk)
    assert not FeedbackItem.objects.exists()
