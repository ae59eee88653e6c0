"""Facts follow from history alone, and the backlog adds up."""

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from feedback import services
from feedback.choices import Kind, Status
from feedback.facts import INVITATIONS, ITEMS, RESPONSES, SOURCES
from feedback.models import FeedbackItem, Survey, Theme, Transition
from kpis import services as kpis
from kpis.models import Measurement
from tests.conftest import Cast
from tests.feedback.conftest import ago, complaint, stored_facts, values_of


def play(cast: Cast, seed: int, items: int = 8, steps: int = 8) -> None:
    """A random but legal history of some items over the last thirty days."""
    choose = random.Random(seed)
    teams = [None, cast.support.pk, cast.field.pk]
    for number in range(items):
        at = ago(days=30) + timedelta(minutes=choose.randrange(20 * 1440))
        item = complaint(
            cast.ben,
            f"Item {number}",
            opened_at=at,
            team_id=choose.choice(teams),
            kind=choose.choice(Kind.values),
        )
        for _step in range(choose.randrange(steps)):
            at += timedelta(minutes=choose.randrange(1, 1440))
            item.refresh_from_db()
            _random_step(cast, choose, item, at, teams)


def _random_step(
    cast: Cast, choose: random.Random, item: FeedbackItem, at: datetime, teams: list[int | None]
) -> None:
    kind = choose.randrange(3)
    if kind == 0:
        services.reply(by=cast.ben, item_id=item.pk, body="Hello", at=at, resolve=choose.random() < 0.3)
    elif kind == 1:
        services.change_status(by=cast.ben, item_id=item.pk, status=choose.choice(Status.values), at=at)
    else:
        team = choose.choice(teams)
        services.edit_item(by=cast.ben, item_id=item.pk, version=item.version, team_id=team)
        Transition.objects.filter(item=item, at__gt=at).update(at=at)
        kpis.emit_facts(ITEMS, cast.organization.pk, [item.pk])


def open_items(at: datetime) -> Counter[int | None]:
    """Items open at that moment per team, counted from the history itself."""
    counts: Counter[int | None] = Counter()
    for item in FeedbackItem.objects.all():
        last = item.transitions.filter(at__lt=at).last()
        if last is not None and last.status != Status.RESOLVED:
            counts[last.team_id] += 1
    return counts


@pytest.mark.parametrize("seed", range(3))
def test_the_backlog_equals_the_open_items_at_the_end_of_every_day(cast: Cast, seed: int) -> None:
    play(cast, seed)
    facts = Measurement.objects.filter(metric__key="feedback.backlog")
    for days in range(31):
        end = ago(days=days)
        balance: Counter[int | None] = Counter()
        for team_id, value in facts.filter(occurred_at__lt=end).values_list("team_id", "value"):
            balance[team_id] += int(value)
        assert +balance == open_items(end)
        assert not -balance


def test_a_rebuild_gives_the_same_facts(cast: Cast, survey: Survey) -> None:
    play(cast, seed=7)
    item = FeedbackItem.objects.first()
    services.record_response(survey=survey, score=4, by=cast.ben, item_id=item.pk)
    before = stored_facts(cast.organization)
    assert len(before) > 30
    Measurement.objects.all().delete()
    for source in SOURCES:
        kpis.emit_facts(source.name, cast.organization.pk, list(source.ids_of(cast.organization.pk)))
    assert stored_facts(cast.organization) == before
    for source in SOURCES:
        kpis.emit_facts(source.name, cast.organization.pk, list(source.ids_of(cast.organization.pk)))
    assert stored_facts(cast.organization) == before


def test_a_new_theme_relabels_the_facts_of_the_opening(cast: Cast, delivery: Theme) -> None:
    item = complaint(cast.ben)
    services.edit_item(by=cast.ben, item_id=item.pk, version=1, theme_id=delivery.pk)
    labelled = {fact[0] for fact in stored_facts(cast.organization) if fact[6] == "delivery"}
    assert labelled == {"feedback.opened", "feedback.complaints", "feedback.resolved_in_7_days"}


def test_an_item_that_turns_out_a_question_is_no_complaint_any_more(cast: Cast) -> None:
    item = complaint(cast.ben)
    services.edit_item(by=cast.ben, item_id=item.pk, version=1, kind=Kind.QUESTION)
    assert values_of(cast.organization, "feedback.complaints") == []
    assert values_of(cast.organization, "feedback.opened") == [1]


def test_a_reply_counts_for_the_team_of_that_moment(cast: Cast) -> None:
    item = complaint(cast.ben, team_id=cast.support.pk)
    services.reply(by=cast.ben, item_id=item.pk, body="Hello")
    services.edit_item(by=cast.ben, item_id=item.pk, version=None, team_id=cast.field.pk)
    services.change_status(by=cast.ben, item_id=item.pk, status=Status.RESOLVED)
    teams = {fact[0]: fact[4] for fact in stored_facts(cast.organization)}
    assert teams["feedback.first_response_seconds"] == cast.support.pk
    assert teams["feedback.handling_seconds"] == cast.field.pk


def test_the_facts_of_many_items_cost_as_many_queries_as_of_one(
    cast: Cast, django_assert_num_queries: object
) -> None:
    play(cast, seed=1, items=4)
    facts_of = {source.name: source.facts_of for source in SOURCES}
    ids = list(FeedbackItem.objects.values_list("pk", flat=True))
    for wanted in (ids[:1], ids):
        with django_assert_num_queries(3):
            facts_of[ITEMS](cast.organization.pk, wanted)
        for source in (RESPONSES, INVITATIONS):
            with django_assert_num_queries(1):
                facts_of[source](cast.organization.pk, wanted)


def test_facts_never_come_from_another_organization(cast: Cast) -> None:
    item = complaint(cast.ben)
    assert SOURCES[0].facts_of(cast.other.pk, [item.pk]) == {item.pk: []}
