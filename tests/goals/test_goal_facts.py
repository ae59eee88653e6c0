"""What closed goals tell the KPIs."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from goals import services
from goals.facts import SOURCE, facts_of, ids_of
from goals.models import Goal
from kpis.models import Measurement
from kpis.services import rebuild_facts
from tests.conftest import Cast
from tests.goals.conftest import by_hand, set_goal

PLACE = ("value", "team", "member", "occurred_at")


def stored(cast: Cast) -> list[tuple[object, ...]]:
    facts = Measurement.objects.filter(metric__organization=cast.organization, metric__key="goals.attainment")
    return list(facts.order_by("source_key").values_list(*PLACE))


def reached(cast: Cast, value: int, **fields: object) -> Goal:
    return set_goal(cast, by_hand(manual_value=Decimal(value)), **fields)


def test_closing_tells_what_was_reached_by_team_and_owner(cast: Cast) -> None:
    goal = services.close_goal(by=cast.ana, goal_id=reached(cast, 7).pk)
    assert goal.final_progress == Decimal("0.7")
    assert stored(cast) == [(Decimal("0.7"), cast.support.pk, cast.ben.pk, goal.closed_at)]


def test_reopening_takes_the_fact_back_and_the_next_closing_brings_a_new_one(cast: Cast) -> None:
    goal = services.close_goal(by=cast.ana, goal_id=reached(cast, 7).pk)
    reopened = services.reopen_goal(by=cast.ana, goal_id=goal.pk)
    assert (reopened.final_progress, stored(cast)) == (None, [])
    key_result = goal.key_results.get()
    services.check_in(by=cast.ana, goal_id=goal.pk, confidence="high", values={key_result.pk: Decimal(12)})
    again = services.close_goal(by=cast.ana, goal_id=goal.pk)
    assert stored(cast) == [(Decimal(1), cast.support.pk, cast.ben.pk, again.closed_at)]


def test_stretch_goals_and_goals_without_a_measure_do_not_count(cast: Cast) -> None:
    for goal in (reached(cast, 7, kind="stretch"), set_goal(cast, by_hand()), set_goal(cast)):
        services.close_goal(by=cast.ana, goal_id=goal.pk)
    assert stored(cast) == []


def test_a_rebuild_gives_the_same_facts_in_one_query(cast: Cast) -> None:
    for value in (2, 5, 9):
        services.close_goal(by=cast.ana, goal_id=reached(cast, value).pk)
    reached(cast, 3)
    before = stored(cast)
    ids = list(ids_of(cast.organization.pk))
    assert rebuild_facts(SOURCE, cast.organization.pk, ids) == 0
    Measurement.objects.all().delete()
    assert rebuild_facts(SOURCE, cast.organization.pk, ids) == 3
    assert stored(cast) == before
    with CaptureQueriesContext(connection) as queries:
        assert facts_of(cast.other.pk, ids) == {goal_id: [] for goal_id in ids}
    assert len(queries) == 1


def test_only_a_closed_goal_has_reached_something_for_good(cast: Cast) -> None:
    goal = reached(cast, 5)
    for wrong in ({"final_progress": Decimal("0.5")}, {"status": "closed", "final_progress": Decimal(2)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Goal.objects.filter(pk=goal.pk).update(**wrong)
