"""Setting a goal and changing it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from goals import services
from goals.errors import GoalAlreadyClosed
from goals.models import Goal, KeyResult
from goals.selectors import local_day
from goals.services import KeyResultInput
from kpis.models import Kpi
from kpis.services import install_library
from people.models import Team
from tests.conftest import Cast
from tests.goals.conftest import by_hand, set_goal


def current(goal: Goal) -> list[KeyResultInput]:
    return [by_hand(row.name_en, id=row.pk, target_value=row.target_value) for row in goal.key_results.all()]


def test_a_new_goal_has_its_key_results_and_a_review_day_and_one_event(cast: Cast) -> None:
    goal = set_goal(cast, by_hand("One"), by_hand("Two", weight=3), review_every_days=7)
    assert [row.name_en for row in goal.key_results.all()] == ["One", "Two"]
    assert goal.next_review_on == local_day(cast.ana) + timedelta(days=7)
    assert Event.objects.get(verb="goal.created").subject_id == goal.pk


def test_the_first_review_of_a_later_goal_counts_from_its_start_and_never_passes_its_end(cast: Cast) -> None:
    later = set_goal(cast, days=(10, 90), review_every_days=7)
    short = set_goal(cast, days=(0, 3), review_every_days=7)
    assert later.next_review_on == later.starts_on + timedelta(days=7)
    assert short.next_review_on == short.ends_on


def test_members_plan_for_themselves_leads_for_their_team_managers_for_all(cast: Cast) -> None:
    mine = set_goal(cast, by=cast.ben, owner_id=cast.ben.pk, team_id=None)
    assert mine.owner == cast.ben
    for by, owner in ((cast.ben, cast.cleo), (cast.vera, cast.vera)):
        with pytest.raises(NotAllowed):
            set_goal(cast, by=by, owner_id=owner.pk, team_id=None)
    cast.ana.role = "member"
    cast.ana.save()
    assert set_goal(cast, owner_id=cast.cleo.pk, team_id=cast.support.pk).owner == cast.cleo
    with pytest.raises(NotAllowed):
        set_goal(cast, owner_id=cast.cleo.pk, team_id=cast.field.pk)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name_en": " "}, "name_en"),
        ({"days": (5, 4)}, "ends_on"),
        ({"review_every_days": 0}, "review_every_days"),
        ({"review_every_days": 367}, "review_every_days"),
        ({"kind": "wish"}, "kind"),
    ],
)
def test_a_goal_with_a_wrong_field_is_refused(cast: Cast, fields: dict[str, object], wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_goal(cast, **fields)
    assert wrong in refused.value.fields
    assert not Goal.objects.exists()


def test_links_to_another_organization_are_refused_like_missing_rows(cast: Cast) -> None:
    install_library(cast.other.pk)
    team = Team.objects.create(organization=cast.other, name_en="Theirs")
    their_goal = set_goal(cast, by=cast.dan, owner_id=cast.dan.pk, team_id=None)
    kpi = Kpi.objects.filter(organization=cast.other).first()
    assert kpi is not None
    sentences = []
    for owner, team_id, parent in ((cast.dan.pk, team.pk, their_goal.pk), (10**9, 10**9, 10**9)):
        with pytest.raises(InvalidInput) as refused:
            set_goal(cast, owner_id=owner, team_id=team_id, parent_id=parent)
        sentences.append(refused.value.fields)
    assert sentences[0] == sentences[1]
    assert set(sentences[0]) == {"owner_id", "team_id", "parent_id"}
    with pytest.raises(InvalidInput) as refused:
        set_goal(cast, replace(by_hand(), source="kpi", kpi_id=kpi.pk))
    assert list(refused.value.fields) == ["key_results/0/kpi_id"]
    assert Goal.objects.get() == their_goal


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name_en": ""}, "name_en"),
        ({"target_value": Decimal(0)}, "target_value"),
        ({"target_value": Decimal(10) ** 30}, "target_value"),
        ({"weight": 0}, "weight"),
        ({"source": "kpi"}, "kpi_id"),
        ({"source": "guess"}, "source"),
        ({"id": 10**9}, "id"),
    ],
)
def test_a_wrong_key_result_is_named_by_its_place_and_stores_nothing(
    cast: Cast, fields: dict[str, object], wrong: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_goal(
            cast,
            by_hand(),
            by_hand(**{"name": "Two", **fields}) if "name_en" not in fields else replace(by_hand(), **fields),
        )
    assert f"key_results/1/{wrong}" in refused.value.fields
    assert not Goal.objects.exists()


def test_editing_keeps_changes_adds_and_removes_key_results(cast: Cast) -> None:
    goal = set_goal(cast, by_hand("One"), by_hand("Two"))
    one, two = goal.key_results.all()
    services.edit_goal(
        by=cast.ben,
        goal_id=goal.pk,
        version=1,
        key_results=[by_hand("First", id=one.pk), by_hand("Three")],
    )
    assert [(row.pk == one.pk, row.name_en) for row in goal.key_results.all()] == [
        (True, "First"),
        (False, "Three"),
    ]
    assert not KeyResult.objects.filter(pk=two.pk).exists()
    assert Event.objects.get(verb="goal.edited").facts == {"fields": "key_results"}


def test_the_same_edit_twice_changes_nothing_the_second_time(cast: Cast, goal: Goal) -> None:
    for version in (1, 2):
        services.edit_goal(
            by=cast.ben, goal_id=goal.pk, version=version, key_results=current(goal), name_en="Answer at once"
        )
    goal.refresh_from_db()
    assert (goal.version, Event.objects.filter(verb="goal.edited").count()) == (2, 1)


def test_only_owner_lead_and_managers_change_a_goal(cast: Cast, goal: Goal) -> None:
    for by in (cast.cleo, cast.vera):
        with pytest.raises(NotAllowed):
            services.edit_goal(by=by, goal_id=goal.pk, version=1, name_en="Theirs")
    with pytest.raises(NotVisible):
        services.edit_goal(by=cast.dan, goal_id=goal.pk, version=1, name_en="Theirs")
    with pytest.raises(NotAllowed):
        services.edit_goal(by=cast.ben, goal_id=goal.pk, version=1, owner_id=cast.cleo.pk, team_id=None)
    with pytest.raises(StaleVersion):
        services.edit_goal(by=cast.ben, goal_id=goal.pk, version=7, name_en="Late")
    goal.refresh_from_db()
    assert (goal.name_en, goal.owner, goal.version) == ("Answer faster", cast.ben, 1)


def test_a_goal_never_serves_itself_however_long_the_way(cast: Cast, goal: Goal) -> None:
    below = set_goal(cast, parent_id=goal.pk)
    deeper = set_goal(cast, parent_id=below.pk)
    for parent in (goal, below, deeper):
        with pytest.raises(InvalidInput):
            services.edit_goal(by=cast.ana, goal_id=goal.pk, version=None, parent_id=parent.pk)
    goal.refresh_from_db()
    assert goal.parent is None
    aside = set_goal(cast)
    moved = services.edit_goal(by=cast.ana, goal_id=deeper.pk, version=None, parent_id=aside.pk)
    assert moved.parent == aside


def test_closing_twice_records_one_event_and_reopening_brings_the_review_back(cast: Cast, goal: Goal) -> None:
    closed = services.close_goal(by=cast.ben, goal_id=goal.pk)
    assert (closed.status, closed.next_review_on) == ("closed", None)
    with pytest.raises(GoalAlreadyClosed):
        services.close_goal(by=cast.ben, goal_id=goal.pk)
    with pytest.raises(GoalAlreadyClosed):
        services.edit_goal(by=cast.ben, goal_id=goal.pk, version=None, name_en="x")
    assert Event.objects.filter(verb="goal.closed").count() == 1
    reopened = services.reopen_goal(by=cast.ana, goal_id=goal.pk)
    assert (reopened.status, reopened.closed_at) == ("active", None)
    assert reopened.next_review_on == local_day(cast.ana) + timedelta(days=14)
