"""Importing feedback in bulk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from common.errors import InvalidInput, NotAllowed
from feedback import services
from feedback.choices import Status
from feedback.models import Customer, FeedbackItem, Reply, Theme, Transition
from feedback.services import ImportCounts, ItemRow, ResponseRow
from kpis.models import Measurement
from tests.conftest import Cast
from tests.feedback.conftest import ago, stored_facts, values_of

SOURCE = "help-desk"


def row(external_id: str = "C-1", **fields: Any) -> ItemRow:
    """A complaint that was answered and resolved."""
    values = {
        "subject": "包裹破损",
        "opened_at": ago(days=10),
        "customer_name": "韩梅梅",
        "theme_key": "配送",
        "replies": ((ago(days=9), "我们马上处理。"),),
        "resolved_at": ago(days=8),
    }
    return ItemRow(external_id=external_id, **(values | fields))


def imported(cast: Cast, *rows: ItemRow) -> ImportCounts:
    return services.import_items(cast.organization.pk, SOURCE, rows)


def test_a_row_becomes_an_item_with_customer_theme_replies_and_history(cast: Cast) -> None:
    assert imported(cast, row(team_id=cast.support.pk)) == ImportCounts(created=1)
    item = FeedbackItem.objects.get()
    assert (item.status, item.first_replied_at, item.resolved_at) == ("resolved", ago(days=9), ago(days=8))
    assert (item.customer.name, item.theme.name_zh, item.theme.key) == ("韩梅梅", "配送", "配送")
    assert item.reply_due_at == item.opened_at + timedelta(hours=8)
    assert item.replies.get().body == "我们马上处理。"
    history = list(item.transitions.values_list("at", "status", "team_id"))
    team = cast.support.pk
    assert history == [
        (ago(days=10), "new", team),
        (ago(days=9), "in_progress", team),
        (ago(days=8), "resolved", team),
    ]
    assert values_of(cast.organization, "feedback.first_response_seconds") == [86400]
    assert values_of(cast.organization, "feedback.handling_seconds") == [2 * 86400]
    assert values_of(cast.organization, "feedback.backlog") == [1, -1]
    event = Event.objects.get(verb="feedback.imported")
    assert event.facts == {"source": SOURCE, "created": 1, "updated": 0}


def test_importing_twice_changes_nothing_the_second_time(cast: Cast) -> None:
    rows = [row("C-1"), row("C-2", replies=(), resolved_at=None)]
    imported(cast, *rows)
    before = list(FeedbackItem.objects.values()), stored_facts(cast.organization), Event.objects.count()
    assert imported(cast, *rows) == ImportCounts(unchanged=2)
    assert before == (
        list(FeedbackItem.objects.values()),
        stored_facts(cast.organization),
        Event.objects.count(),
    )
    assert (Transition.objects.count(), Reply.objects.count(), Customer.objects.count()) == (4, 1, 1)


def test_the_same_moment_in_another_time_zone_is_the_same_row(cast: Cast) -> None:
    shanghai = timezone(timedelta(hours=8))
    imported(
        cast, row(resolved_at=datetime(2026, 1, 2, 8, tzinfo=shanghai), opened_at=ago(days=900), replies=())
    )
    again = row(resolved_at=datetime(2026, 1, 2, 0, tzinfo=UTC), opened_at=ago(days=900), replies=())
    assert imported(cast, again) == ImportCounts(unchanged=1)


def test_a_changed_row_replaces_what_the_source_said(cast: Cast) -> None:
    imported(cast, row(replies=(), resolved_at=None))
    later = row(subject="包裹破损严重", theme_key="包装", customer_name="李雷")
    assert imported(cast, later) == ImportCounts(updated=1)
    item = FeedbackItem.objects.get()
    assert (item.subject, item.status, item.version) == ("包裹破损严重", "resolved", 2)
    assert (item.theme.key, item.customer.name) == ("包装", "李雷")
    assert item.transitions.count() == 3
    assert [fact[6] for fact in stored_facts(cast.organization, "feedback.opened")] == ["包装"]


def test_work_done_here_survives_the_source_sending_the_item_again(cast: Cast) -> None:
    imported(cast, row(replies=(), resolved_at=None))
    item = FeedbackItem.objects.get()
    services.edit_item(
        by=cast.ana, item_id=item.pk, version=None, team_id=cast.support.pk, assignee_id=cast.ben.pk
    )
    services.reply(by=cast.ben, item_id=item.pk, body="Sorry", resolve=True)
    assert imported(cast, row(replies=(), resolved_at=None)) == ImportCounts(unchanged=1)
    assert imported(cast, row(replies=(), resolved_at=None, body="More")) == ImportCounts(updated=1)
    item.refresh_from_db()
    assert (item.body, item.status, item.team, item.assignee) == ("More", "resolved", cast.support, cast.ben)
    assert item.resolved_at == item.first_replied_at == item.replies.get().at
    assert [step.status for step in item.transitions.all()] == ["new", "new", "resolved"]
    assert values_of(cast.organization, "feedback.resolved") == [1]


def test_a_customer_with_an_external_id_is_one_customer_whatever_the_name(cast: Cast) -> None:
    imported(cast, row("C-1", customer_external_id="77", customer_name="Old name"))
    imported(cast, row("C-2", customer_external_id="77", customer_name="New name"))
    assert Customer.objects.get().name == "New name"
    assert Customer.objects.get().feedback.count() == 2


def test_of_two_rows_with_one_external_id_the_later_counts(cast: Cast) -> None:
    counts = imported(cast, row(subject="First"), row(subject="Second"))
    assert counts == ImportCounts(created=1, updated=1)
    assert FeedbackItem.objects.get().subject == "Second"


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast) -> None:
    imported(cast, row("warm-up"))

    def queries(count: int, name: str, subject: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            imported(cast, *(row(f"{name}-{n}", subject=subject) for n in range(count)))
        return len(captured)

    assert queries(2, "few", "x") == queries(300, "many", "x")
    assert queries(2, "few", "y") == queries(300, "many", "y")
    assert Measurement.objects.filter(metric__key="feedback.opened").count() == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", " "),
        ("subject", ""),
        ("subject", "x" * 301),
        ("body", "nul \x00 byte"),
        ("body", "lone \ud800 surrogate"),
        ("kind", "rant"),
        ("channel", "pigeon"),
        ("theme_key", "t" * 61),
        ("opened_at", ago(days=-1)),
        ("opened_at", datetime(1969, 1, 1, tzinfo=UTC)),
        ("opened_at", datetime(2026, 1, 1)),  # noqa: DTZ001 - a time without a zone is the point
        ("resolved_at", ago(days=11)),
        ("replies", ((ago(days=11), "too early"),)),
    ],
)
def test_a_row_that_cannot_be_stored_says_which_field_is_wrong(field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(row(), **{field: value})
    assert set(refused.value.fields) == {field}


def test_rows_with_people_of_another_organization_store_nothing(cast: Cast) -> None:
    for fields in ({"assignee_id": cast.dan.pk}, {"assignee_id": 9_999_999}, {"team_id": 9_999_999}):
        with pytest.raises(InvalidInput):
            imported(cast, row("good"), row("bad", **fields))
    assert not FeedbackItem.objects.exists()
    assert not Theme.objects.exists()


def test_viewers_and_strangers_import_nothing(cast: Cast) -> None:
    for by in (cast.vera, cast.dan):
        with pytest.raises(NotAllowed):
            services.import_items(cast.organization.pk, SOURCE, [row()], by=by)
    assert not FeedbackItem.objects.exists()


def test_two_organizations_may_use_the_same_external_ids(cast: Cast) -> None:
    imported(cast, row())
    services.import_items(cast.other.pk, SOURCE, [row()])
    assert FeedbackItem.objects.count() == Customer.objects.count() == Theme.objects.count() == 2


def test_an_answer_takes_customer_and_team_of_its_item(cast: Cast, survey: Any) -> None:
    imported(cast, row(team_id=cast.support.pk))
    answers = [
        ResponseRow("A-1", 5, ago(days=7), "谢谢", item_external_id="C-1"),
        ResponseRow("A-2", 2, ago(days=6), team_id=cast.field.pk),
    ]
    args = (cast.organization.pk, SOURCE, "after-contact")
    assert services.import_responses(*args, answers) == ImportCounts(created=2)
    assert services.import_responses(*args, answers) == ImportCounts(unchanged=2)
    scores = stored_facts(cast.organization, "surveys.csat_score")
    assert [(fact[2], fact[3], fact[4]) for fact in scores] == [
        (ago(days=7), 5, cast.support.pk),
        (ago(days=6), 2, cast.field.pk),
    ]
    better = [replace(answers[1], score=3)]
    assert services.import_responses(*args, better) == ImportCounts(updated=1)
    assert values_of(cast.organization, "surveys.csat_score") == [5, 3]


def test_an_open_item_of_an_import_waits_for_its_reply(cast: Cast) -> None:
    due = ago(days=2)
    imported(cast, row(replies=(), resolved_at=None, reply_due_at=due))
    item = FeedbackItem.objects.get()
    assert (item.status, item.reply_due_at, item.first_replied_at) == (Status.NEW, due, None)


def test_a_row_may_tell_how_the_item_was_reopened(cast: Cast) -> None:
    steps = ((ago(days=6), Status.RESOLVED.value), (ago(days=5), Status.IN_PROGRESS.value))
    reopened = row(replies=((ago(days=7), "Sorry"),), steps=steps, resolved_at=ago(days=4))
    imported(cast, reopened)
    item = FeedbackItem.objects.get()
    history = list(item.transitions.values_list("status", flat=True))
    assert history == ["new", "in_progress", "resolved", "in_progress", "resolved"]
    assert (item.status, item.resolved_at) == (Status.RESOLVED, ago(days=4))
    assert values_of(cast.organization, "feedback.reopenings") == [1]
    assert imported(cast, reopened) == ImportCounts(unchanged=1)
    imported(cast, replace(reopened, resolved_at=None))
    item.refresh_from_db()
    assert (item.status, item.resolved_at) == (Status.IN_PROGRESS, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": ((ago(days=2), "closed"),)},
        {"steps": ((ago(days=900), "waiting"),)},
        {"steps": ((ago(days=-1), "waiting"),)},
        {"steps": ((ago(days=1), "waiting"),), "resolved_at": ago(days=2)},
    ],
)
def test_steps_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        row(**wrong)
    assert list(refusal.value.fields) == ["steps"]


def test_a_row_without_steps_is_the_same_row_as_before_there_were_any() -> None:
    """Equal digests: an installation that imports its file again after an upgrade changes nothing."""
    plain = ItemRow("C-1", "Late", datetime(2026, 1, 2, tzinfo=UTC))
    assert plain.digest == "562e07c521ac32386227bb4ee12b64984c60f5f6774d6efab4547482ff052d7b"
    assert replace(plain, steps=((datetime(2026, 1, 3, tzinfo=UTC), "waiting"),)).digest != plain.digest


@pytest.mark.parametrize("due", [datetime(1969, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)])
def test_a_reply_cannot_be_due_when_no_calendar_reaches(due: datetime) -> None:
    with pytest.raises(InvalidInput) as refusal:
        row(reply_due_at=due)
    assert list(refusal.value.fields) == ["reply_due_at"]
