"""The addresses that belong to no app: who am I, the schema, its page, health."""

from typing import Any

import pytest
import yaml
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

from opsteam.health import HealthMiddleware
from people.choices import Scope
from tests.api.conftest import ApiClient
from tests.conftest import Cast


def test_me_tells_whose_token_it_is_and_what_it_may_do(cast: Cast) -> None:
    answer = ApiClient(cast.dan, Scope.KPIS_READ).send("GET", "/api/v1/me/").json()
    assert (answer["email"], answer["role"]) == ("dan@example.test", "admin")
    assert answer["organization"]["slug"] == "rival"
    assert answer["scopes"] == ["kpis:read"]
    assert answer["expires_at"].endswith("Z")


def test_the_schema_is_public_and_answers_304_to_who_has_it(db: None) -> None:
    browser = Client()
    as_yaml = browser.get("/api/schema/")
    as_json = browser.get("/api/schema/?format=json")
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert as_json.json()["openapi"].startswith("3.1")
    again = browser.get("/api/schema/", headers={"If-None-Match": as_yaml["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("language", "word"), [("en", "Answers"), ("zh-hans", "回答")])
def test_the_page_of_the_schema_shows_every_operation_in_both_languages(
    db: None, language: str, word: str
) -> None:
    document = Client().get("/api/schema/?format=json").json()
    page = Client().get("/api/docs/", headers={"Accept-Language": language}).content.decode()
    assert word in page
    for methods in document["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/"])
def test_health_answers_by_any_host_name_and_to_nothing_but_reading(db: None, path: str) -> None:
    assert Client().get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert Client().post(path).status_code == 405


def test_a_missing_migration_means_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HealthMiddleware, "migrated", False)
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("people")
    MigrationRecorder(connection).record_unapplied(*newest)
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()["database"]) == (503, "migrations missing")


@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_without_redis_the_house_is_still_ready_and_says_so(db: None) -> None:
    answer: Any = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()["redis"]) == (200, "unreachable")


def test_without_a_database_it_lives_but_is_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        broken.setattr(connection, "close", lambda: None)
        assert Client().get("/health/live/").status_code == 200
        assert Client().get("/health/ready/").status_code == 503
