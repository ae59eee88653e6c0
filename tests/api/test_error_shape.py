"""Every refusal of the API has one shape, in the reader's language, whoever noticed it."""

from typing import Any

import pytest
from django.test import Client, override_settings

from people.choices import Scope
from tests.api.conftest import ApiClient
from tests.conftest import Cast

PATH = "/api/v1/teams/"


def assert_problem(answer: Any, status: int, code: str) -> None:
    """The answer is problem+json with that status and code, and names the request."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    assert body["request_id"] == answer["X-Request-ID"]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/api/v1/nothing/", {}, 404, "not_found"),
        ("GET", "/api/nothing", {}, 404, "not_found"),
        ("GET", "/api/v1/undeclared/", {}, 403, "scope_missing"),
        ("DELETE", PATH, {}, 405, "method_not_allowed"),
        ("TRACE", PATH, {}, 405, "method_not_allowed"),
        ("GET", PATH, {"Accept": "text/html"}, 406, "not_acceptable"),
        ("POST", PATH, {"body": b"name=x", "Content_Type": "application/x-www-form-urlencoded"}, 415, "*"),
        ("POST", PATH, {"body": b"<a/>", "Content_Type": "text/xml"}, 415, "unsupported_media_type"),
        ("POST", PATH, {"body": b"{}", "Content_Type": ""}, 415, "unsupported_media_type"),
        ("POST", PATH, {"body": b"{"}, 400, "parse_error"),
        ("POST", PATH, {"body": b"{}", "Content_Length": "x"}, 400, "bad_request"),
        ("POST", PATH, {"body": b"{}", "Content_Length": "9" * 30}, 413, "too_large"),
        ("POST", PATH, {"body": b"{}", "Content_Length": str(2**30)}, 413, "too_large"),
        ("GET", PATH + "?a=%00", {}, 400, "nul_byte"),
        ("GET", "/api/v1/%00/", {}, 400, "nul_byte"),
        ("GET", PATH, {"Host": "evil.example"}, 400, "bad_request"),
        ("GET", "/api/v1/broken/", {}, 500, "internal"),
    ],
)
def test_a_refusal_is_a_problem(
    cast: Cast, *, method: str, path: str, options: dict[str, Any], status: int, code: str
) -> None:
    answer = ApiClient(cast.ana).send(method, path, **options)
    assert_problem(answer, status, "unsupported_media_type" if code == "*" else code)


@pytest.mark.usefixtures("stage")
@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10)
def test_a_body_above_djangos_own_limit_is_413(cast: Cast) -> None:
    answer = ApiClient(cast.ana).send("POST", PATH, {"name": "x" * 20}, Idempotency_Key="a")
    assert_problem(answer, 413, "too_large")


@pytest.mark.usefixtures("stage")
@override_settings(REQUEST_BODY_LIMIT_BYTES=10)
def test_a_body_above_the_limit_is_413_whatever_its_length_claims(cast: Cast) -> None:
    answer = ApiClient(cast.ana).send("POST", PATH, b'{"name": "four"}', Content_Length="9")
    assert answer.status_code in {400, 413}
    assert_problem(ApiClient(cast.ana).send("POST", PATH, b'{"name": "four"}'), 413, "too_large")


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer ops_1_", "Bearer é", "bearer"]
)
def test_without_a_live_token_the_answer_is_401_and_says_how(cast: Cast, header: str) -> None:
    answer = ApiClient(None).send("GET", PATH, **({"Authorization": header} if header else {}))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_token_without_the_scope_is_refused_with_403_that_names_it(cast: Cast, method: str) -> None:
    assert ApiClient(cast.ana, Scope.TASKS_READ).send(method, PATH).status_code == 200
    refused = ApiClient(cast.ana, Scope.KPIS_READ).send(method, PATH)
    assert refused.status_code == 403
    if method == "GET":
        assert "tasks:read" in refused.json()["title"]


@pytest.mark.usefixtures("stage")
def test_a_session_does_not_open_the_api(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.ana.user)
    assert browser.get(PATH).status_code == 401


@pytest.mark.parametrize(("language", "word"), [("zh-CN,zh;q=0.9", "没有内容"), ("en", "nothing here")])
def test_messages_follow_accept_language(cast: Cast, language: str, word: str) -> None:
    answer = ApiClient(cast.ana).send("GET", "/api/v1/nothing/", Accept_Language=language)
    assert word in answer.json()["title"]


@pytest.mark.usefixtures("stage")
def test_a_given_request_id_is_kept_and_a_hostile_one_replaced(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    assert api.send("GET", PATH, X_Request_ID="abc-12345")["X-Request-ID"] == "abc-12345"
    assert api.send("GET", PATH, X_Request_ID="a b\n")["X-Request-ID"] != "a b"


@pytest.mark.usefixtures("stage")
def test_an_address_without_its_last_slash_means_the_same_for_every_method(cast: Cast) -> None:
    api = ApiClient(cast.ana)
    assert api.send("GET", "/api/v1/teams").status_code == 200
    assert api.send("POST", "/api/v1/teams", {"name": "New"}).status_code == 201


def test_a_page_that_does_not_exist_is_a_page(cast: Cast) -> None:
    answer = Client().get("/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
