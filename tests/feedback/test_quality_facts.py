"""Facts about how well feedback was answered: replies in time, resolutions that held, the age of what is open."""

from datetime import datetime, timedelta
from decimal import Decimal

from feedback import services
from feedback.choices import Kind, Status
from feedback.facts import ITEMS
from feedback.models import FeedbackItem
from feedback.services import ItemRow
from kpis import services as kpis
from kpis.models import Measurement
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint, stored_facts, values_of

SLA = timedelta(hours=8)


def step(cast: Cast, item: FeedbackItem, status: str, at: datetime) -> None:
    services.change_status(by=cast.ben, item_id=item.pk, status=status, at=at)


def test_a_reply_is_in_time_up_to_the_very_moment_it_is_due(cast: Cast) -> None:
    opened_at = ago(days=3)
    for late in (timedelta(0), timedelta(microseconds=1)):
        item = complaint(cast.ben, opened_at=opened_at)
        services.reply(by=cast.ben, item_id=item.pk, body="Hello", at=opened_at + SLA + late)
    assert sorted(values_of(cast.organization, "feedback.reply_in_time")) == [0, 1]
    due = {fact[2] for fact in stored_facts(cast.organization, "feedback.reply_in_time")}
    assert due == {opened_at + SLA}


def test_an_item_nobody_answers_counts_against_the_day_its_reply_was_due(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(days=3))
    assert values_of(cast.organization, "feedback.reply_in_time") == [0]
    step(cast, item, Status.RESOLVED, ago(days=2))
    assert values_of(cast.organization, "feedback.reply_in_time") == [0]


def test_a_reply_that_is_due_tomorrow_is_a_fact_of_tomorrow(cast: Cast) -> None:
    item = complaint(cast.ben, kind=Kind.QUESTION)
    [fact] = stored_facts(cast.organization, "feedback.reply_in_time")
    assert fact[2] == item.opened_at + timedelta(hours=24) > ago()
    services.edit_item(by=cast.ben, item_id=item.pk, version=None, kind=Kind.COMPLAINT)
    [fact] = stored_facts(cast.organization, "feedback.reply_in_time")
    assert fact[2] == item.opened_at + SLA


def test_whether_a_reply_came_in_time_stays_with_those_who_held_the_item_then(cast: Cast) -> None:
    opened_at = ago(days=3)
    answered = complaint(cast.ben, opened_at=opened_at, team_id=cast.support.pk, assignee_id=cast.ben.pk)
    services.reply(by=cast.ben, item_id=answered.pk, body="Hello", at=opened_at + SLA / 2)
    missed = complaint(cast.ben, opened_at=opened_at, team_id=cast.support.pk, assignee_id=cast.ben.pk)
    for item in (answered, missed):
        services.edit_item(
            by=cast.ana, item_id=item.pk, version=None, team_id=cast.field.pk, assignee_id=cast.cleo.pk
        )
    places = {fact[4:6] for fact in stored_facts(cast.organization, "feedback.reply_in_time")}
    assert places == {(cast.support.pk, cast.ben.pk)}


def test_resolved_within_7_days_is_what_stood_at_the_end_of_the_window(cast: Cast) -> None:
    opened_at = ago(days=20)
    week = timedelta(days=7)
    in_time, late, reopened, reopened_later = (complaint(cast.ben, opened_at=opened_at) for _ in range(4))
    step(cast, in_time, Status.RESOLVED, opened_at + week)
    step(cast, late, Status.RESOLVED, opened_at + week + timedelta(microseconds=1))
    step(cast, reopened, Status.RESOLVED, opened_at + timedelta(days=1))
    step(cast, reopened, Status.IN_PROGRESS, opened_at + timedelta(days=6))
    step(cast, reopened_later, Status.RESOLVED, opened_at + timedelta(days=1))
    step(cast, reopened_later, Status.IN_PROGRESS, opened_at + timedelta(days=8))
    facts = stored_facts(cast.organization, "feedback.resolved_in_7_days")
    found = {int(key.partition(":")[2]): value for _metric, key, _at, value, *_place in facts}
    assert found == {in_time.pk: 1, late.pk: 0, reopened.pk: 0, reopened_later.pk: 1}
    assert {fact[2] for fact in facts} == {opened_at}


def test_every_resolution_and_every_reopening_counts_for_those_who_had_resolved_it(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(days=9), team_id=cast.support.pk, assignee_id=cast.ben.pk)
    for days, status in enumerate((Status.RESOLVED, Status.WAITING, Status.RESOLVED, Status.NEW)):
        step(cast, item, status, ago(days=8 - days))
    assert values_of(cast.organization, "feedback.resolutions") == [1, 1]
    assert values_of(cast.organization, "feedback.reopenings") == [1, 1]
    assert values_of(cast.organization, "feedback.resolved") == []
    services.edit_item(by=cast.ana, item_id=item.pk, version=None, team_id=cast.field.pk)
    of_reopenings = stored_facts(cast.organization, "feedback.reopenings")
    assert {fact[4:6] for fact in of_reopenings} == {(cast.support.pk, cast.ben.pk)}


def test_taking_a_reopening_back_takes_its_fact_back(cast: Cast) -> None:
    item = complaint(cast.ben, opened_at=ago(days=2))
    step(cast, item, Status.RESOLVED, ago(days=1))
    before = stored_facts(cast.organization)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.IN_PROGRESS)
    assert values_of(cast.organization, "feedback.reopenings") == [1]
    services.undo_status_change(by=cast.ben, item_id=item.pk, version=None)
    assert stored_facts(cast.organization) == before


def test_the_opening_times_of_the_backlog_add_up_to_its_age(cast: Cast) -> None:
    opened = [ago(days=10), ago(days=6), ago(days=4)]
    items = [complaint(cast.ben, opened_at=at, team_id=cast.support.pk) for at in opened]
    step(cast, items[0], Status.RESOLVED, ago(days=8))
    step(cast, items[0], Status.IN_PROGRESS, ago(days=7))
    step(cast, items[1], Status.RESOLVED, ago(days=3))
    services.edit_item(by=cast.ana, item_id=items[2].pk, version=None, team_id=cast.field.pk)

    def age(at: datetime, **place: int) -> Decimal:
        facts = Measurement.objects.filter(occurred_at__lte=at, **place)
        sums = [
            sum(facts.filter(metric__key=f"feedback.{key}").values_list("value", flat=True))
            for key in ("backlog_opened", "backlog")
        ]
        return Decimal(at.timestamp()) - sums[0] / sums[1]

    day = 86_400
    assert age(ago(days=9)) == day
    assert age(ago(days=5)) == (5 + 1) * day / 2
    assert age(ago(days=3)) == (7 + 1) * day / 2
    now = ago() + timedelta(hours=1)
    assert round(age(now, team=cast.field.pk)) == 4 * day + 3600


def test_an_imported_history_gives_the_same_facts_as_the_same_steps_made_here(cast: Cast) -> None:
    opened_at, resolved_at = ago(days=9), ago(days=1)
    row = ItemRow(
        "C-1",
        "Late",
        opened_at,
        replies=((opened_at + SLA * 2, "Hello"),),
        resolved_at=resolved_at,
    )
    services.import_items(cast.organization.pk, "desk", [row])
    imported = [fact[:1] + fact[2:] for fact in stored_facts(cast.organization)]
    Measurement.objects.all().delete()
    FeedbackItem.objects.all().delete()
    item = complaint(cast.ben, opened_at=opened_at)
    services.reply(by=cast.ben, item_id=item.pk, body="Hello", at=opened_at + SLA * 2)
    step(cast, item, Status.RESOLVED, resolved_at)
    assert [fact[:1] + fact[2:] for fact in stored_facts(cast.organization)] == imported
    assert kpis.rebuild_facts(ITEMS, cast.organization.pk, [item.pk]) == 0
