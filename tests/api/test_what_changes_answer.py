"""What a change is answered with, as docs/api.md says, held against the document and against each real answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from opsteam.schema import document
from tests.architecture import world as stage
from tests.architecture.world import World, kept_world, taken_back, world
from tests.conftest import bearer

__all__ = ["kept_world", "world"]

TABLE: dict[str, Any] = yaml.safe_load(Path(stage.__file__).with_name("authz.yaml").read_text("utf-8"))["api"]
PATHS: dict[str, Any] = document()["paths"]
# What is made has its address elsewhere: a time entry, and a task.
MADE_ELSEWHERE = {"/api/v1/tasks/{task_id}/timer/", "/api/v1/signals/{signal_id}/tasks/"}
# A row that is gone, a link of two rows, and a timer that did not run.
NOTHING_TO_TELL = {
    "POST /api/v1/members/invitations/{invitation_id}/withdrawal/",
    "POST /api/v1/teams/{team_id}/members/",
    "DELETE /api/v1/tasks/{task_id}/timer/",
}
# The row with its new secret; how many of the measurements were new; what is made elsewhere.
TELLS_ANOTHER = {
    "/api/v1/tokens/",
    "/api/v1/tokens/{token_id}/rotation/",
    "/api/v1/webhooks/",
    "/api/v1/webhooks/{endpoint_id}/secret/",
    "/api/v1/metrics/{key}/measurements/",
    *MADE_ELSEWHERE,
}
WITHOUT_ETAG = {"/api/v1/metrics/{key}/measurements/"}


def shown_at(path: str) -> str | None:
    """Where the row that a change is about can be read: below the address, there, or above it; None for no one row."""
    (below,) = [
        other
        for other in PATHS
        if re.fullmatch(re.escape(path) + r"\{\w+\}/", other) and "get" in PATHS[other]
    ] or [None]
    if below or path.endswith("}/"):
        return below or (path if "get" in PATHS[path] else None)
    above = path[: path.rindex("}/") + 2] if "}/" in path else path
    return above if "get" in PATHS.get(above, ()) else None


def body_of(path: str, method: str, status: str) -> Any:
    """The schema of an answer; None where it has no body."""
    content = PATHS[path][method.lower()]["responses"][status].get("content")
    return content and content["application/json"]["schema"]


def wrong_in(path: str, method: str) -> Iterator[str]:
    """Where the document breaks the rule."""
    answers = PATHS[path][method.lower()]["responses"]
    statuses = {status for status in answers if status < "300"}
    place = shown_at(path)
    if method == "POST" and place and place.startswith(f"{path}{{") and "201" not in statuses:
        yield "a new row is a 201"
    if "201" in statuses and not (
        method == "POST"
        and {"Location"} <= answers["201"].get("headers", {}).keys()
        and (path in MADE_ELSEWHERE or (place and place.startswith(f"{path}{{")))
    ):
        yield "a 201 is a new row with an address"
    if "202" in statuses and (method != "POST" or len(statuses) > 1):
        yield "a 202 is a POST that a worker does"
    if "204" in statuses and (
        "content" in answers["204"]
        or not ((method == "DELETE" and path.endswith("}/")) or f"{method} {path}" in NOTHING_TO_TELL)
    ):
        yield "a 204 has nothing to tell"
    for status in statuses & {"200", "201"}:
        told = body_of(path, method, status)
        if told is None or (place and path not in TELLS_ANOTHER and told != body_of(place, "GET", "200")):
            yield f"a {status} tells the row as it can be read"
        if place and path not in WITHOUT_ETAG and "ETag" not in answers[status].get("headers", {}):
            yield f"a {status} tells the ETag"


def address_of(path: str) -> str:
    """The row of the table for a path of the document."""
    (found,) = [each for each in TABLE if re.sub(r"<\w+:(\w+)>", r"{\1}", each) == path]
    return found


def wrong_answer(world: World, path: str, method: str, tokens: list[dict[str, str]]) -> Iterator[str]:
    """Where the answer to whoever may make the change breaks the rule."""
    row = TABLE[address_of(path)][method]
    expected = row["expect"][-len(tokens) :]
    if all(status >= 300 for status in expected):
        return
    headers = tokens[next(at for at, status in enumerate(expected) if status < 300)]
    given = world.fill(row.get("with", {}))
    with taken_back():
        answer = Client().generic(
            method,
            world.path(address_of(path), **given),
            data=Client()._encode_json(world.fill(row.get("json", {})), "application/json"),
            content_type="application/json",
            headers={**row.get("headers", {}), **headers},
        )
        place = answer.headers.get("Location", "")
        if not place and (shown := shown_at(path)) and not shown.startswith(f"{path}{{"):
            place = world.path(address_of(shown), **given)
        now = Client().get(place, headers=headers) if place else None
    if str(answer.status_code) not in PATHS[path][method.lower()]["responses"]:
        yield f"{answer.status_code} is not described"
    if (answer.status_code == 201) != ("Location" in answer.headers):
        yield f"{answer.status_code} with Location {answer.headers.get('Location')}"
    same = now is not None and (now.status_code, now.headers.get("ETag")) == (200, answer.headers.get("ETag"))
    if answer.status_code in {200, 201} and not same and now is not None and path not in WITHOUT_ETAG:
        yield f"{answer.status_code} with ETag {answer.headers.get('ETag')}, not {now.headers.get('ETag')}"


@pytest.fixture
def tokens(world: World) -> list[dict[str, str]]:
    """Those of vera, ben, ana and adam, the last columns of the table."""
    return [bearer(member) for member in (world.cast.vera, world.cast.ben, world.cast.ana, world.cast.adam)]


def test_every_change_is_answered_by_the_rule(world: World, tokens: list[dict[str, str]]) -> None:
    wrong = {
        f"{method} {path}": found
        for path, methods in PATHS.items()
        for method in (each.upper() for each in methods if each != "get")
        if (found := [*wrong_in(path, method), *wrong_answer(world, path, method, tokens)])
    }
    assert wrong == {}
