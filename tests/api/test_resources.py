"""Every collection has the same parameters, pages, shapes and ETags, and none asks the database per row."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import services as feedback
from feedback.choices import SurveyKind
from feedback.models import FeedbackItem, Survey
from goals import services as goals
from goals.choices import Confidence
from imports import services as imports
from imports.choices import Kind
from notifications import services as notifications
from people import services as people
from people.choices import Role, Scope
from tasks import services as tasks
from tests.api.conftest import ApiClient
from tests.conftest import Cast

EXPANSIONS = {
    "members": "teams",
    "teams": "members",
    "projects": "team",
    "tasks": "assignee,team,project,goal,feedback,history",
    "feedback": "customer,theme,team,assignee,replies,tasks",
    "responses": "survey,customer,item",
    "invitations": "survey,customer,item",
    "goals": "owner,team,parent,check_ins",
    "customers": "",
    "themes": "",
    "surveys": "",
    "tokens": "",
    "events": "",
    "imports": "",
    "chat-channels": "",
    "deliveries": "",
    "work-calendar/special-days": "",
}
# Token and its organization, the filters' own look-ups, the page; an expansion may add two for each of its relations.
MOST_QUERIES = 6
ROOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123abcd"


def one_of_each(cast: Cast) -> None:
    """A row more in every collection, linked as much as can be."""
    number = Survey.objects.count()
    people.create_team(by=cast.adam, name_en=f"Team {number}")
    project = tasks.create_project(by=cast.ana, key=f"P{number}", name_en="Project", team_id=cast.support.pk)
    period = {"starts_on": date(2026, 1, 1), "ends_on": date(2030, 12, 31)}
    parent = goals.create_goal(by=cast.ana, name_en="Above", **period)
    goal = goals.create_goal(
        by=cast.ana, name_en="Goal", team_id=cast.support.pk, parent_id=parent.pk, **period
    )
    goals.check_in(by=cast.ana, goal_id=goal.pk, confidence=Confidence.HIGH, note="Note")
    links = {"assignee_id": cast.ben.pk, "team_id": cast.support.pk}
    task = tasks.create_task(by=cast.ana, title="Task", project_id=project.pk, goal_id=goal.pk, **links)
    item = feedback.create_item(
        by=cast.ana, subject="Item", customer_name=f"Customer {number}", theme_name=f"Theme {number}", **links
    )
    feedback.reply(by=cast.ana, item_id=item.pk, body="Reply")
    feedback.link_task(by=cast.ana, item_id=item.pk, task_id=task.pk)
    survey = feedback.create_survey(by=cast.ana, key=f"s{number}", kind=SurveyKind.CSAT, name_en="Survey")
    invitation = feedback.invite(by=cast.ana, survey=survey, item_id=item.pk)
    feedback.record_response(survey=survey, score=5, item_id=item.pk, invitation_id=invitation.pk)
    imports.take_file(cast.adam, kind=Kind.TASKS, name="rows.csv", chunks=[b"title\nOne\n"])
    room = notifications.add_room(by=cast.adam, kind="wecom", name=f"Room {number}", address=ROOM)
    notifications.test_room(by=cast.adam, room_id=room.pk)
    day = date(2026, 1, 1) + timedelta(days=number)
    tasks.set_special_day(by=cast.adam, on=day, is_working=False, name="Free")
    people.create_token(by=cast.adam, name=f"Token {number}", scopes=[Scope.KPIS_READ])


def counted(ask: Callable[[], Any]) -> tuple[Any, int]:
    """The answer, and how many queries it took."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code == 200, answer.content
    return answer.json(), len(captured)


@pytest.mark.parametrize("noun", EXPANSIONS)
def test_a_list_costs_the_same_queries_with_one_row_and_with_three(cast: Cast, noun: str) -> None:
    one_of_each(cast)
    api = ApiClient(cast.adam)
    api.send("GET", f"/api/v1/{noun}/")  # the first use of a token is written down
    few, queries = counted(lambda: api.send("GET", f"/api/v1/{noun}/?limit=1"))
    _few, expanded = counted(lambda: api.send("GET", f"/api/v1/{noun}/?limit=1&expand={EXPANSIONS[noun]}"))
    for _time in range(3):
        one_of_each(cast)
    many, more_queries = counted(lambda: api.send("GET", f"/api/v1/{noun}/?limit=3"))
    _many, more = counted(lambda: api.send("GET", f"/api/v1/{noun}/?limit=3&expand={EXPANSIONS[noun]}"))
    assert (len(few["results"]), len(many["results"])) == (1, 3)
    assert queries == more_queries <= MOST_QUERIES
    assert expanded == more <= MOST_QUERIES + 2 * len(EXPANSIONS[noun].split(","))


@pytest.mark.parametrize("noun", EXPANSIONS)
def test_fields_leaves_out_the_rest_and_unknown_names_are_refused(cast: Cast, noun: str) -> None:
    one_of_each(cast)
    api = ApiClient(cast.adam)
    whole = api.send("GET", f"/api/v1/{noun}/").json()["results"][0]
    name = sorted(set(whole) - {"id", "key"})[0]
    row = api.send("GET", f"/api/v1/{noun}/?fields={name}").json()["results"][0]
    assert row == {key: whole[key] for key in whole if key in {"id", "key", name}}
    refused = api.send("GET", f"/api/v1/{noun}/?fields={name},nonsense&expand=nothing")
    assert refused.status_code == 400
    assert {error["pointer"] for error in refused.json()["errors"]} == {"/fields", "/expand"}


@pytest.mark.parametrize("noun", EXPANSIONS)
def test_an_unchanged_list_is_a_304_and_a_changed_one_is_sent(cast: Cast, noun: str) -> None:
    one_of_each(cast)
    api = ApiClient(cast.adam)
    api.send("GET", f"/api/v1/{noun}/")
    etag = api.send("GET", f"/api/v1/{noun}/")["ETag"]
    assert etag.startswith('"')
    again = api.send("GET", f"/api/v1/{noun}/", If_None_Match=etag)
    assert (again.status_code, again.content) == (304, b"")
    one_of_each(cast)
    people.add_member(organization=cast.organization, email="n@x.test", name="New", role=Role.MEMBER)
    assert api.send("GET", f"/api/v1/{noun}/", If_None_Match=etag).status_code == 200


@pytest.mark.parametrize("noun", EXPANSIONS)
def test_pages_in_both_orders_meet_every_row_once(cast: Cast, noun: str) -> None:
    for _time in range(3):
        one_of_each(cast)
    api = ApiClient(cast.adam)
    ids = []
    url: str | None = f"/api/v1/{noun}/?limit=2&order=oldest"
    while url:
        page = api.send("GET", url.removeprefix("http://testserver")).json()
        ids += [row["id"] for row in page["results"]]
        url = page["next"]
    newest = [row["id"] for row in api.send("GET", f"/api/v1/{noun}/?limit=200").json()["results"]]
    assert ids == sorted(ids) == newest[::-1]
    assert api.send("GET", f"/api/v1/{noun}/?order=due").status_code == 400


def test_an_expansion_is_refused_outside_the_scopes_of_the_token(cast: Cast) -> None:
    one_of_each(cast)
    api = ApiClient(cast.ana, Scope.TASKS_READ)
    refused = api.send("GET", "/api/v1/tasks/?expand=assignee,history")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    row = api.send("GET", "/api/v1/tasks/?expand=history").json()["results"][0]
    assert (row["assignee"]["name"], row["history"][0]["status"]) == ("Ben", "todo")


def test_an_expanded_row_is_sent_even_to_who_has_its_version(cast: Cast) -> None:
    one_of_each(cast)
    item = FeedbackItem.objects.get()
    api = ApiClient(cast.ana)
    path = f"/api/v1/feedback/{item.pk}/"
    etag = api.send("GET", path)["ETag"]
    assert api.send("GET", path, If_None_Match=etag).status_code == 304
    answer = api.send("GET", path + "?expand=replies", If_None_Match=etag)
    assert (answer.status_code, answer.json()["replies"][0]["body"]) == (200, "Reply")


VERSIONED = [
    ("projects", {"key": "NEW", "name_en": "New"}, {"name_en": "Newer"}),
    ("teams", {"name_en": "New"}, {"name_en": "Newer"}),
    ("customers", {"name": "New"}, {"name": "Newer", "external_id": "7"}),
    ("themes", {"key": "new", "name_zh": "新"}, {"name_en": "New"}),
    ("surveys", {"key": "new", "name_zh": "新", "kind": "nps"}, {"name_en": "New"}),
    ("goals", {"name_en": "New", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}, {"kind": "stretch"}),
]


@pytest.mark.parametrize(("noun", "made", "changed"), VERSIONED)
def test_a_row_is_made_once_read_and_changed_by_its_version(
    cast: Cast, noun: str, made: dict[str, Any], changed: dict[str, Any]
) -> None:
    api = ApiClient(cast.adam)
    new = api.send("POST", f"/api/v1/{noun}/", made, Idempotency_Key="one")
    assert new.status_code == 201, new.content
    assert api.send("POST", f"/api/v1/{noun}/", made, Idempotency_Key="one").content == new.content
    place = new["Location"]
    read = api.send("GET", place)
    assert (read.json()["id"], read["ETag"], new["ETag"]) == (new.json()["id"], '"v1"', '"v1"')
    assert {"created_at", "updated_at", "version"} <= set(read.json())
    assert api.send("PATCH", place, changed).status_code == 428
    after = api.send("PATCH", place, changed, If_Match='"v1"')
    assert (after.status_code, after["ETag"]) == (200, '"v2"'), after.content
    assert {name: after.json()[name] for name in changed} == changed
    assert api.send("PATCH", place, changed, If_Match='"v1"').status_code == 412
    assert api.send("PATCH", place, {"nonsense": 1}, If_Match='"v2"').status_code == 400
    assert api.send("PATCH", place, changed, If_Match='"v2"')["ETag"] == '"v2"'


@pytest.mark.parametrize(
    ("noun", "body", "pointer"),
    [
        ("projects", {"key": "NEW"}, "/name_en"),
        ("projects", {"key": "no spaces", "name_en": "x"}, "/key"),
        ("projects", {"key": "NEW", "name_en": "x", "team_id": 10**9}, "/team_id"),
        ("teams", {"name_en": " "}, "/name_en"),
        ("teams", {"name_en": "x", "parent_id": 10**9}, "/parent_id"),
        ("customers", {"name": "x", "email": "nonsense"}, "/email"),
        ("themes", {"key": "x"}, "/name_en"),
        ("surveys", {"key": "x", "name_en": "x", "kind": "nonsense"}, "/kind"),
        ("responses", {"survey_id": 10**9, "score": 5}, "/survey_id"),
        ("invitations", {"survey_id": 10**9}, "/survey_id"),
        ("goals", {"name_en": "x", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "/ends_on"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(
    cast: Cast, noun: str, body: dict[str, Any], pointer: str
) -> None:
    api = ApiClient(cast.adam)
    before = api.send("GET", f"/api/v1/{noun}/").json()["results"]
    refused = api.send("POST", f"/api/v1/{noun}/", body)
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert api.send("GET", f"/api/v1/{noun}/").json()["results"] == before


def test_known_keys_are_refused_and_teams_make_no_circle(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    for noun, body in (("projects", {"key": "K", "name_en": "x"}), ("themes", {"key": "K", "name_en": "x"})):
        assert api.send("POST", f"/api/v1/{noun}/", body).status_code == 201
        assert api.send("POST", f"/api/v1/{noun}/", body).json()["errors"][0]["pointer"] == "/key"
    below = api.send("POST", "/api/v1/teams/", {"name_en": "x", "parent_id": cast.support.pk}).json()
    top = f"/api/v1/teams/{cast.support.pk}/"
    refused = api.send("PATCH", top, {"parent_id": below["id"]}, If_Match="*")
    assert refused.json()["errors"][0]["pointer"] == "/parent_id"


def test_a_goal_is_set_measured_checked_in_on_closed_and_reopened(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    body = {
        "name_en": "Happier",
        "starts_on": "2026-01-01",
        "ends_on": "2030-12-31",
        "key_results": [
            {"name_en": "By hand", "source": "manual", "start": 0, "target": 10, "weight": 2},
            {"name_en": "By tasks", "source": "tasks", "start": 0, "target": 100},
        ],
    }
    made = api.send("POST", "/api/v1/goals/", body)
    assert made.status_code == 201, made.content
    place, by_hand = made["Location"], made.json()["key_results"][0]["id"]
    checked = api.send(
        "POST", place + "check-ins/", {"confidence": "high", "note": "!", "values": {str(by_hand): 5}}
    )
    assert (checked.status_code, checked.json()["by"]["name"]) == (201, "Ana")
    goal = api.send("GET", place + "?expand=check_ins").json()
    assert (goal["key_results"][0]["progress"], goal["check_ins"][0]["note"]) == (0.5, "!")
    wrong = {"key_results": [{"source": "kpi", "kpi": "nothing", "start": 0, "target": 1, "name_en": "x"}]}
    refused = api.send("PATCH", place, wrong, If_Match="*")
    assert refused.json()["errors"][0]["pointer"] == "/key_results/0/kpi"
    kept = {
        "key_results": [{"id": by_hand, "source": "manual", "start": 0, "target": 20, "name_en": "By hand"}]
    }
    assert len(api.send("PATCH", place, kept, If_Match="*").json()["key_results"]) == 1
    assert api.send("POST", place + "closure/").status_code == 428
    assert api.send("POST", place + "closure/", If_Match="*").json()["status"] == "closed"
    assert api.send("POST", place + "closure/", If_Match="*").status_code == 409
    assert api.send("DELETE", place + "closure/", If_Match="*").json()["status"] == "active"


def test_the_organization_changes_its_calendar_under_its_version(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    first = api.send("GET", "/api/v1/organization/")
    changed = api.send(
        "PATCH", "/api/v1/organization/", {"time_zone": "Europe/Berlin"}, If_Match=first["ETag"]
    )
    assert (changed.status_code, changed.json()["time_zone"]) == (200, "Europe/Berlin")
    assert (
        api.send("PATCH", "/api/v1/organization/", {"week_start": 7}, If_Match=first["ETag"]).status_code
        == 412
    )
    refused = api.send("PATCH", "/api/v1/organization/", {"time_zone": "Mars/Olympus"}, If_Match="*")
    assert refused.json()["errors"][0]["pointer"] == "/time_zone"


def test_events_tell_what_the_api_did_and_to_whom(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    made = api.send("POST", "/api/v1/customers/", {"name": "New"}).json()
    found = api.send("GET", "/api/v1/events/?verb=customer.created").json()["results"]
    assert [(event["subject_id"], event["actor"]["name"]) for event in found] == [(made["id"], "Adam")]
    assert api.send("GET", "/api/v1/events/?verb=nonsense").status_code == 400
    assert ApiClient(cast.ana).send("GET", "/api/v1/events/").status_code == 403
