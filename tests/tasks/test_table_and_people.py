"""Tasks as a table, and by person against the time there is."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import Team
from people.selectors import assignable_members
from tasks import services
from tasks.models import Task
from tasks.selectors import MINUTES_A_DAY, load_by_person, local_day
from tests.conftest import Cast, sign_in

MOST_QUERIES = 12


def task(cast: Cast, title: str, **fields: object) -> Task:
    return services.create_task(by=cast.ana, title=title, **fields)  # type: ignore[arg-type]


def page(cast: Cast, query: str) -> str:
    return sign_in(cast.ben).get(reverse("tasks:list") + query).content.decode()


def titles(shown: str) -> list[str]:
    return re.findall(r'<th class="title" scope="row"><a [^>]*>([^<]*)<', shown)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("title", ["A", "B", "C"]),
        ("-title", ["C", "B", "A"]),
        ("priority", ["C", "A", "B"]),
        ("due", ["B", "A", "C"]),
        ("-due", ["A", "B", "C"]),
        ("assignee", ["B", "A", "C"]),
        ("-estimate", ["C", "A", "B"]),
        ("nonsense", ["B", "A", "C"]),
    ],
)
def test_a_table_is_sorted_by_its_columns_and_what_has_no_value_comes_last(
    cast: Cast, sort: str, order: list[str]
) -> None:
    today = local_day(cast.ana)
    task(cast, "A", due_on=today + timedelta(days=2))
    task(cast, "B", due_on=today, assignee_id=cast.ben.pk)
    task(cast, "C", priority=1, estimate_minutes=30)
    assert titles(page(cast, f"?view=table&sort={sort}")) == order


def test_a_heading_says_how_it_is_sorted_and_turns_it_round(cast: Cast) -> None:
    task(cast, "A")
    shown = page(cast, "?view=table&sort=title&priority=3")
    assert 'aria-sort="ascending"><a href="/tasks/?priority=3&amp;view=table&amp;sort=-title"' in shown
    assert 'name="sort" value="title"' in shown
    assert "?priority=3&amp;view=people" in shown


def test_loads_name_what_nobody_has_then_the_busiest_then_who_is_free(cast: Cast) -> None:
    today = local_day(cast.ana)
    task(cast, "A", due_on=today, assignee_id=cast.ben.pk, estimate_minutes=600)
    task(cast, "B", due_on=today - timedelta(days=1), assignee_id=cast.ben.pk)
    task(cast, "C", due_on=today, assignee_id=cast.ana.pk)
    task(cast, "D", due_on=today)
    task(cast, "Later", due_on=today + timedelta(days=14), assignee_id=cast.ana.pk)
    tasks, free = Task.objects.visible_to(cast.ana), assignable_members(cast.ana)
    nobody, ben, ana, *others = load_by_person(tasks, today, 10 * MINUTES_A_DAY, free)
    assert (nobody.member_id, nobody.minutes) == (None, 60)
    assert (ben.member_id, ben.minutes, ben.unestimated, ben.tone) == (cast.ben.pk, 660, 1, "good")
    assert [each.title for each in ben.tasks] == ["B", "A"]
    assert (ana.member_id, ana.number) == (cast.ana.pk, 1)
    assert {each.number for each in others} == {0}
    assert cast.cleo.pk in [each.member_id for each in others]


def test_each_person_leads_to_their_tasks_and_to_a_new_one(cast: Cast) -> None:
    task(cast, "A", due_on=local_day(cast.ana), assignee_id=cast.cleo.pk)
    shown = page(cast, "?view=people")
    assert f"/tasks/?assignee={cast.cleo.pk}&amp;due_before=" in shown
    assert f"/tasks/new/?assignee={cast.cleo.pk}" in shown
    team = page(cast, f"?view=people&team={cast.support.pk}")
    assert [f"/tasks/new/?assignee={each.pk}" in team for each in (cast.cleo, cast.ben)] == [False, True]


def test_who_is_free_in_a_part_of_the_team_is_named_too(cast: Cast) -> None:
    Team.objects.filter(pk=cast.field.pk).update(parent=cast.support)
    shown = page(cast, f"?view=people&team={cast.support.pk}")
    assert f"/tasks/new/?assignee={cast.cleo.pk}" in shown


@pytest.mark.parametrize(("view", "templates_a_row"), [("table", 0), ("people", 0), ("", 1)])
def test_each_costs_the_same_few_queries_for_more_rows_and_few_templates(
    cast: Cast, view: str, templates_a_row: int
) -> None:
    """A template more in each row is what makes a long page slow."""
    client, made, used = sign_in(cast.ben), [], []
    for number, member in enumerate((cast.ana, cast.ben, cast.cleo)):
        task(cast, f"{number}", assignee_id=member.pk, due_on=local_day(cast.ana))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse("tasks:list"), {"view": view})
        made.append(len(queries))
        used.append(len(answer.templates))
    assert len(set(made)) == 1
    assert made[0] <= MOST_QUERIES
    assert [later - used[0] for later in used] == [0, templates_a_row, 2 * templates_a_row]
