"""A team of a list is what it is on Home: the team and its parts, so that a number and the rows behind it agree."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.selectors import ThemeTrend
from goals.services import create_goal
from home.blocks import Reading, usual_team_of, wanted
from home.blocks.feedback import feedback_block, themes_block
from home.blocks.goals import goals_block
from home.blocks.work import work_block
from home.standouts import KpiStandouts, told_together
from people.choices import Scope
from people.services import choose_home_team
from tasks.services import create_task
from tests.architecture.source import files
from tests.conftest import Cast, bearer, sign_in
from tests.home.test_manager_home import late_item

pytestmark = pytest.mark.django_db

LISTS = [("/tasks/?overdue=true", "Task"), ("/feedback/?order=due", "Item"), ("/goals/?", "Goal")]
LIST_QUERIES = 12
NARROWED = re.compile(r"(?:{% url '(?:tasks|feedback|goals):list' %}|{{ tasks_url }})\?([^\"]*)\"")


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


@pytest.fixture
def at_home(nested: Cast) -> Cast:
    """Ana looks with the eyes of support."""
    choose_home_team(membership=nested.ana, team_id=nested.support.pk)
    nested.ana.refresh_from_db()
    return nested


def rows(page: str, word: str) -> set[str]:
    """The names of the rows on a page."""
    return set(re.findall(rf">({word} of \w+)<", page))


@pytest.mark.parametrize(("path", "word"), LISTS)
def test_rows_of_a_part_are_among_those_of_the_whole(nested: Cast, path: str, word: str) -> None:
    client = sign_in(nested.ana)

    def shown(team: object) -> set[str]:
        page = client.get(f"{path}&team={team}", headers={"HX-Request": "true"}).content.decode()
        return rows(page, word)

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
    assert pace.number == 1 == len(rows(page, "Goal"))


@pytest.mark.parametrize(("path", "word"), LISTS)
def test_a_list_begins_with_the_home_team_and_its_parts_and_says_so(
    at_home: Cast, path: str, word: str
) -> None:
    client = sign_in(at_home.ana)
    part, none = f"{word} of {at_home.field.pk}", f"{word} of None"
    page = client.get(path).content.decode()
    assert rows(page, word) == {part}
    assert "Team: Support" in page
    (every_url,) = set(re.findall(r'href="([^"]*team=all)">All teams<', page))
    every = client.get(every_url.replace("&amp;", "&")).content.decode()
    assert rows(every, word) == {part, none}
    (home_url,) = re.findall(r'href="([^"]*)">Only Support<', every)
    assert rows(client.get(home_url.replace("&amp;", "&")).content.decode(), word) == {part}
    # A form without scripts sends an empty team, where every one is chosen.
    assert rows(client.get(f"{path}&team=").content.decode(), word) == {part, none}
    assert rows(client.get(f"{path}&team=none").content.decode(), word) == {none}
    other = client.get(f"{path}&team={at_home.field.pk}").content.decode()
    assert rows(other, word) == {part}
    assert "Team: Field service" in other


@pytest.mark.parametrize("query", [{}, {"team": "all"}])
def test_home_of_one_with_a_home_team_counts_what_its_links_list(
    at_home: Cast, query: dict[str, str]
) -> None:
    client = sign_in(at_home.ana)
    today = timezone.localdate(timezone=at_home.organization.zone)
    reading = Reading(at_home.ana, wanted(query, today, usual_team_of(at_home.ana)))
    number = 2 if query else 1

    def listed(address: str, word: str) -> int:
        return len(rows(client.get(address).content.decode(), word))

    work, feedback = work_block(reading), feedback_block(reading)
    assert work.overdue_count == number == listed(f"/tasks/?overdue=true{work.team_query}", "Task")
    assert feedback.unanswered_count == number == listed(f"/feedback/?order=due{feedback.team_query}", "Item")
    (pace,) = goals_block(reading).paces
    assert pace.number == number == listed(pace.url, "Goal")
    assert themes_block(reading).team_query == work.team_query
    home = client.get("/", query).content.decode()
    for address in (f"/tasks/?overdue=true{work.team_query}", pace.url):
        assert f'href="{address.replace("&", "&amp;")}"' in home or f'href="{address}"' in home


def test_mine_are_mine_in_every_team(at_home: Cast) -> None:
    page = sign_in(at_home.ana).get("/tasks/").content.decode()
    assert 'href="/tasks/?assignee=me&amp;team=all"' in page
    assert 'href="/tasks/?overdue=true"' in page
    every = sign_in(at_home.ana).get("/tasks/?team=all").content.decode()
    assert 'href="/tasks/?team=all&amp;overdue=true"' in every
    none_chosen = sign_in(at_home.ben).get("/tasks/").content.decode()
    assert 'href="/tasks/?assignee=me"' in none_chosen
    assert "Team: " not in none_chosen
    assert ">All teams</a>" not in none_chosen


def test_a_narrowed_address_says_a_team_only_where_it_is_not_the_usual_one(at_home: Cast) -> None:
    client, htmx = sign_in(at_home.ana), {"HX-Request": "true"}
    for team, address in (
        (str(at_home.support.pk), "/tasks/?q=of"),
        ("", "/tasks/?q=of&team=all"),
        (str(at_home.field.pk), f"/tasks/?q=of&team={at_home.field.pk}"),
    ):
        answer = client.get("/tasks/", {"q": "of", "state": "open", "team": team}, headers=htmx)
        assert answer["HX-Push-Url"] == address


def test_another_home_team_is_seen_where_the_page_showed_a_team(at_home: Cast) -> None:
    client = sign_in(at_home.ana)
    for page, after in (
        ("/tasks/?q=x&team=all&page=2", "/tasks/?q=x"),
        ("/?team=all", "/"),
        ("/kpis/csat/?team=1", "/kpis/csat/?team=1"),
    ):
        answer = client.post("/home-team/", {"team": at_home.field.pk, "next": page})
        assert answer["Location"] == after


@pytest.mark.parametrize("path", ["/tasks/", "/feedback/", "/goals/"])
def test_the_list_of_a_home_team_takes_few_queries(at_home: Cast, path: str) -> None:
    client = sign_in(at_home.ana)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) <= LIST_QUERIES, [query["sql"][:120] for query in queries]


def test_the_weekly_report_of_everybody_stays_of_everybody(at_home: Cast) -> None:
    page = sign_in(at_home.ana).get("/reports/weekly/2026-W20/?team=all").content.decode()
    assert 'href="/reports/weekly/2026-W19/?team=all"' in page
    assert 'href="/reports/weekly/2026-W20.pdf?team=all' in page
    assert "· Support</h1>" not in page


def test_a_theme_that_stands_out_leads_to_the_complaints_of_the_team() -> None:
    rising = ThemeTrend(theme_id=7, key="delivery", name="Late delivery", counts=[1] * 48 + [9] * 4)
    nothing = KpiStandouts(off=[], back=[])
    assert told_together(nothing, [rising])[0].url.endswith("&team=all")
    assert told_together(nothing, [rising], "&team=5")[0].url.endswith("&team=5")


def test_every_link_that_narrows_a_list_names_its_team() -> None:
    found = 0
    for path in files("templates", suffixes=(".html",)):
        for query in NARROWED.findall(path.read_text("utf-8")):
            assert "team" in query, (path, query)
            found += 1
    assert found > 5


def test_programs_are_told_the_same(nested: Cast) -> None:
    client, headers = sign_in(nested.ana), bearer(nested.ana, *Scope)
    answer = client.get(f"/api/v1/tasks/?team={nested.support.pk}", headers=headers)
    assert [each["title"] for each in answer.json()["results"]] == [f"Task of {nested.field.pk}"]
    choose_home_team(membership=nested.ana, team_id=nested.support.pk)
    assert len(client.get("/api/v1/tasks/", headers=headers).json()["results"]) == 2
    assert client.get("/api/v1/tasks/?team=all", headers=headers).status_code == 400
