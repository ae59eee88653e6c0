"""The table of authz.yaml against the house: every route, every method, every kind of person."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import get_resolver
from django.utils.http import urlencode

from common.wall.policies import WEB
from people.access import ANY_SCOPE, declared_scope
from people.checks import doors, handled_methods, is_api
from people.choices import Scope
from people.models import ApiToken, Membership
from tests.architecture.world import MARK, OWNER, World, kept_world, may_act_as, taken_back, world
from tests.conftest import bearer, sign_in
from tests.tenancy.rows import fill

__all__ = ["kept_world", "world"]

CANARY = "Canary7q"
TABLE = yaml.safe_load(Path(__file__).with_name("authz.yaml").read_text("utf-8"))
PAGE_ACTORS = ("nobody", "dan", "vera", "ben", "ana", "adam")
API_ACTORS = ("no token", "no scope", "dan", "vera", "ben", "ana", "adam")
# A target is a day and numbers.
TEXTLESS = {"/api/v1/kpis/<str:key>/targets/<int:target_id>/"}
Row = tuple[str, str, dict[str, Any]]
ROUTES = {f"/{address}": view for address, view in doors(get_resolver())}


def rows(kind: str, role: str = WEB) -> Iterator[Row]:
    """Every row of a part of the table: address, method, and what to send and expect; reads only for the owner."""
    for address, methods in TABLE[kind].items():
        for method, row in methods.items():
            if role == WEB or method == "GET":
                yield address, method, row


@pytest.fixture(scope="module")
def canary(kept_world: World) -> None:
    """The rival has a row of everything, with `CANARY` in each of its texts."""
    may_act_as(WEB)
    fill(kept_world.cast.other, CANARY)
    connection.check_constraints()


@pytest.fixture(params=(OWNER, WEB))
def role(request: pytest.FixtureRequest, canary: None) -> str:
    """The owner of the tables, for whom only `visible_to` keeps organizations apart, and the role of the web."""
    return str(request.param)


def answers(world: World, row: Row, actors: dict[str, Any], role: str = OWNER) -> dict[str, Any]:
    """Each actor's answer; whatever a request changed is taken back before the next. Reads are taken back together."""
    address, method, sent = row
    path = world.path(address, **world.fill(sent.get("with", {})))
    reads, found = method == "GET", {}
    with taken_back(role) if reads else nullcontext():
        for actor, (client, headers) in actors.items():
            given = {**sent.get("headers", {}), **headers}
            cookies = deepcopy(client.cookies)
            with nullcontext() if reads else taken_back(role):
                found[actor] = client.generic(method, path, headers=given, **body(world, sent))
                found[actor].told = text_of(found[actor])
            client.cookies = cookies
    return found


def concerned(row: Row, actors: dict[str, Any], role: str) -> dict[str, Any]:
    """Everybody; for the owner of the tables only who gets to see rows, or would, if the rows were not filtered.

    Of a page that names a row the first of Acme who sees it, and of every page dan, where he does: it costs twenty
    times what an answer of the API does, and what adam sees as the owner is looked through in the canary's tests.
    """
    if role == WEB:
        return actors
    statuses = expected(row)
    seeing = [name for name in actors if statuses[name] == 200]
    if "/api/" not in row[0]:
        ours = [name for name in seeing if name not in {"nobody", "dan"}]
        seeing = [*({"dan"} & set(seeing)), *(ours[:1] if "<int:" in row[0] else ())]
    return {name: each for name, each in actors.items() if name in seeing or statuses[name] == 404}


def expected(row: Row) -> dict[str, int]:
    """The status that the table names for each actor."""
    names = API_ACTORS if row[0].startswith("/api/v1/") else PAGE_ACTORS
    return dict(zip(names, row[2]["expect"], strict=True))


def text_of(answer: Any) -> str:
    """Everything that the client is told, streamed or not."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.headers} {content.decode(errors='replace')}"


def body(world: World, sent: dict[str, Any]) -> dict[str, Any]:
    """What the test client's `generic` takes for a row's form or JSON."""
    if "form" in sent:
        return {
            "data": urlencode(world.fill(sent["form"]), doseq=True),
            "content_type": "application/x-www-form-urlencoded",
        }
    if "json" in sent:
        return {"data": json.dumps(world.fill(sent["json"])), "content_type": "application/json"}
    return {}


def people_of(world: World) -> dict[str, Membership]:
    """The cast by name."""
    return {name: getattr(world.cast, name) for name in PAGE_ACTORS[1:]}


def surprises(row: Row, found: dict[str, Any]) -> dict[str, str]:
    """What differs from the table, and whether anybody saw a row of another organization."""
    statuses = expected(row)
    wrong = {
        f"{row[1]} {row[0]} as {actor}": f"{answer.status_code} instead of {statuses[actor]}"
        for actor, answer in found.items()
        if answer.status_code != statuses[actor]
    }
    if row[1] == "GET" and "<int:" in row[0] and row[0] not in TEXTLESS:
        # Otherwise the next lines would prove nothing.
        acme = [each for name, each in found.items() if name != "dan" and each.status_code == 200]
        assert any(MARK in each.told for each in acme), f"{row[0]} shows nobody a row of Acme"
    for actor, answer in found.items():
        if (MARK if actor == "dan" else CANARY) in answer.told:
            wrong[f"{row[1]} {row[0]} as {actor}"] = "shows a row of another organization"
    return wrong


def test_pages_answer_everybody_as_the_table_says(
    world: World, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    actors: dict[str, Any] = {"nobody": (Client(), {})}
    actors |= {name: (sign_in(member), {}) for name, member in people_of(world).items()}
    wrong: dict[str, str] = {}
    for row in rows("pages", role):
        wrong |= surprises(row, answers(world, row, concerned(row, actors, role), role))
    assert wrong == {}
    assert CANARY not in caplog.text


def test_the_api_answers_every_token_as_the_table_says(world: World, role: str) -> None:
    actors, wrong = callers(world), {}
    for row in rows("api", role):
        asking = concerned(row, actors[needed_scope(row)], role)
        wrong |= surprises(row, answers(world, row, asking, role))
    assert wrong == {}


def needed_scope(row: Row) -> Scope:
    """The scope that the view of a row declares; where any will do, one of them."""
    scope = declared_scope(ROUTES[row[0]].cls, row[1])
    return Scope.GOALS_READ if scope == ANY_SCOPE else Scope(str(scope))


def callers(world: World) -> dict[Scope, dict[str, Any]]:
    """The actors of the API for each scope, with tokens that have been used before."""
    client, found = Client(), {}
    for scope in {needed_scope(row) for row in rows("api")}:
        others = [other for other in Scope if other != scope]
        found[scope] = {
            "no token": (client, {}),
            "no scope": (client, bearer(world.cast.adam, *others)),
            **{name: (client, bearer(member, scope)) for name, member in people_of(world).items()},
        }
    ApiToken.objects.update(last_used_at=Now())
    return found


def test_every_route_and_method_has_a_row(world: World) -> None:
    admin = sign_in(world.cast.adam)
    missing = {}
    for address, view in ROUTES.items():
        kind = "api" if is_api(view) else "pages"
        stated = TABLE[kind].get(address, {})
        path = world.path(address, **world.fill(next(iter(stated.values()), {}).get("with", {})))
        methods = set(handled_methods(view)) if is_api(view) else page_methods(admin, path)
        if methods != set(stated):
            missing[address] = methods ^ set(stated)
    assert missing == {}
    assert {address for kind in TABLE.values() for address in kind} - set(ROUTES) == set()


def page_methods(client: Client, path: str) -> set[str]:
    """The methods a page takes, as it says when asked with one that no page takes."""
    refused = client.generic("TRACE", path)
    assert refused.status_code == 405, f"{path} does not limit its methods"
    return set(refused["Allow"].split(", ")) - {"HEAD", "OPTIONS"}


def test_every_row_names_every_actor() -> None:
    for kind, actors in (("pages", PAGE_ACTORS), ("api", API_ACTORS)):
        for address, method, row in rows(kind):
            assert len(row["expect"]) == len(actors), f"{method} {address}"
            assert set(row) <= {"expect", "form", "json", "headers", "with"}, f"{method} {address}"
