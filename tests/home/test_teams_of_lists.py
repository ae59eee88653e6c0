"""A team of a list is what it is on Home: the team and its parts, so that a number and the rows behind it agree."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from goals.services import create_goal
from home.blocks import Reading, wanted
from home.blocks.goals import goals_block
from people.choices import Scope
from tasks.services import create_task
from tests.conftest import Cast, bearer, sign_in
from tests.home.test_manager_home import late_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def nested(cast: Cast) -> Cast:
    """Field service is a part of support, and has a task, an item and a goal; so has nobody."""
    cast.field.parent = cast.support
    cast.field.save()
    today = timezone.localdate(timezone=cast.organization.zone)
    for team in (cast.field, None):
        team_id = team.pk if team else None
        create_task(
            by=cast.ana,
            title=f"Task of {team_id}",
            assignee_id=None,
            due_on=today - timedelta(days=1),
            team_id=team_id,
        )
        item = late_item(cast, f"Item of {team_id}")
        item.team = team
        item.save()
        create_goal(
            by=cast.ana, name_en=f"Goal of {team_id}", starts_on=today, ends_on=today, team_id=team_id
        )
    return cast


@pytest.mark.parametrize(
    ("path", "word"),
    [("/tasks/?overdue=true&", "Task"), ("/feedback/?order=due&", "Item"), ("/goals/?", "Goal")],
)
def test_rows_of_a_part_are_among_those_of_the_whole(nested: Cast, path: str, word: str) -> None:
    client = sign_in(nested.ana)

    def shown(team: object) -> set[str]:
        page = client.get(f"{path}team={team}", headers={"HX-Request": "true"}).content.decode()
        return set(re.findall(rf">({word} of \w+)<", page))

    part, none = f"{word} of {nested.field.pk}", f"{word} of None"
    assert shown(nested.support.pk) == shown(nested.field.pk) == {part}
    assert shown("none") == {none}
    assert shown("") == {part, none}


def test_home_counts_what_its_links_list(nested: Cast) -> None:
    today = timezone.localdate(timezone=nested.organization.zone)
    reading = Reading(nested.ana, wanted({"team": str(nested.support.pk)}, today))
    assert (reading.ground.overdue_count, reading.ground.breaching_count) == (1, 1)
    (pace,) = goals_block(reading).paces
    page = sign_in(nested.ana).get(pace.url).content.decode()
    assert pace.number == 1 == len(set(re.findall(r">(Goal of \w+)<", page)))


def test_programs_are_told_the_same(nested: Cast) -> None:
    client, headers = sign_in(nested.ana), bearer(nested.ana, *Scope)
    answer = client.get(f"/api/v1/tasks/?team={nested.support.pk}", headers=headers)
    assert [each["title"] for each in answer.json()["results"]] == [f"Task of {nested.field.pk}"]
