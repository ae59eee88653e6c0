"""A refusal says what to do, in the reader's language, at the field that is wrong, and all that is wrong at once."""

from typing import Any

import pytest

from feedback import services as feedback
from kpis.models import Signal
from people import services as people
from tests.api.conftest import ApiClient
from tests.architecture.world import World, kept_world, world
from tests.conftest import Cast

__all__ = ["kept_world", "world"]

TASKS = "/api/v1/tasks/"


def wrong_at(answer: Any) -> dict[str, str]:
    """The sentence for each pointer."""
    return {each["pointer"]: each["detail"] for each in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "english", "chinese"),
    [
        ("GET", "/api/v1/nothing/", {}, 404, "There is nothing here", "这里没有内容"),
        ("PUT", TASKS, {}, 405, "The header Allow names", "Allow"),
        ("GET", TASKS, {"Accept": "text/csv"}, 406, "application/json", "application/json"),
        (
            "POST",
            TASKS,
            {"body": b"{}", "Content_Type": "text/xml"},
            415,
            "Send the body as JSON",
            "请以 JSON",
        ),
        ("POST", TASKS, {"body": b'{"title":\n x'}, 400, "line 2, column 2", "第 2 行第 2 列"),
        ("GET", TASKS, {"Authorization": ""}, 401, "Send an API token", "请在请求头"),
    ],
)
def test_what_no_field_is_to_blame_for_is_said_in_both_languages(
    cast: Cast, *, method: str, path: str, options: dict[str, Any], status: int, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh-CN", chinese)):
        answer = ApiClient(cast.adam).send(method, path, **options, Accept_Language=language)
        assert (answer.status_code, words in answer.content.decode()) == (status, True), (
            answer.content.decode()
        )


def test_unknown_fields_do_not_hide_what_else_is_wrong(cast: Cast) -> None:
    api = ApiClient(cast.adam)
    wrong = wrong_at(api.send("POST", TASKS, {"due_on": "soon", "nope": 1}))
    assert wrong.keys() == {"/due_on", "/nope", "/title"}
    assert wrong_at(api.send("POST", TASKS, [])) == {"": "Send a JSON object."}
    long = api.send("POST", TASKS, {"title": "x" * 301}, Accept_Language="zh-CN")
    assert wrong_at(long) == {"/title": "请不要超过 300 个字符。"}
    project = api.send("POST", "/api/v1/projects/", {"key": "two words", "name_en": "x"})
    assert "up to 20 letters" in wrong_at(project)["/key"]


def test_what_is_named_in_a_body_and_is_not_there_is_pointed_at(world: World) -> None:
    api, values = ApiClient(world.cast.adam), world.values
    team = f"/api/v1/teams/{values['team_id']}/members/"
    assert wrong_at(api.send("POST", team, {"member_id": 10**9})).keys() == {"/member_id"}
    assert api.send("POST", "/api/v1/teams/999999/members/", {"member_id": 10**9}).status_code == 404
    check_in = {"confidence": "high", "values": {"a/b": 1}}
    answer = api.send("POST", f"/api/v1/goals/{values['goal_id']}/check-ins/", check_in)
    assert wrong_at(answer).keys() == {"/values/a~1b"}


def test_what_is_so_already_is_a_409_or_says_that_it_is_over(world: World) -> None:
    api, values = ApiClient(world.cast.adam), world.values
    tasks = f"/api/v1/signals/{values['signal_id']}/tasks/"
    assert api.send("POST", tasks, {"title": "Look"}).status_code == 201
    again = api.send("POST", tasks, {"title": "Look"})
    assert (again.status_code, again.json()["code"]) == (409, "signal_has_task")
    assert Signal.objects.get(pk=values["signal_id"]).task_id
    people.withdraw(by=world.cast.adam, invitation_id=values["joining_id"])
    over = api.send("POST", f"/api/v1/members/invitations/{values['joining_id']}/renewal/")
    assert (over.status_code, over.json()["code"]) == (404, "invitation_over")


def test_what_holds_a_row_is_listed_as_the_language_lists(world: World) -> None:
    path = f"/api/v1/customers/{world.values['customer_id']}/"
    feedback.create_item(by=world.cast.ana, subject="More", customer_id=world.values["customer_id"])
    for language, words in (("en", "feedback: 2"), ("zh-CN", "反馈 2")):
        answer = ApiClient(world.cast.adam).send("DELETE", path, If_Match="*", Accept_Language=language)
        assert (answer.status_code, words in answer.json()["title"]) == (409, True), answer.json()["title"]
