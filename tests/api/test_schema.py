"""The OpenAPI document is committed, complete, and true of what the API answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from opsteam.schema import document
from opsteam.wsgi import application
from tests.architecture.world import World, taken_back, world
from tests.conftest import bearer

__all__ = ["world"]

COMMITTED = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"
EXAMPLES = 8
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def test_the_committed_document_is_that_of_the_code(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "now.yaml"))
    assert (tmp_path / "now.yaml").read_text("utf-8") == COMMITTED.read_text("utf-8"), "run `make schema`"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation of the document."""
    return [
        (method.upper(), path, described)
        for path, methods in document()["paths"].items()
        for method, described in methods.items()
    ]


def test_every_operation_says_what_it_does_what_it_needs_and_how_it_refuses() -> None:
    for method, path, described in operations():
        assert described["description"].splitlines()[-1].startswith("Scope: `"), (method, path)
        assert described["security"] == [{"token": []}], (method, path)
        assert {"401", "403"} <= set(described["responses"]), (method, path)
        assert ("404" in described["responses"]) == ("{" in path), (method, path)
        if method in {"PATCH", "DELETE"}:
            assert "If-Match" in {one["name"] for one in described["parameters"]}, (method, path)


def test_every_post_that_creates_takes_an_idempotency_key() -> None:
    without = [
        path
        for method, path, described in operations()
        if method == "POST"
        and "Idempotency-Key" not in {one["name"] for one in described.get("parameters", [])}
    ]
    assert without == []


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The application answers on the test's own database connection, and leaves it open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
def test_generated_requests_are_answered_as_the_document_says(world: World) -> None:
    """schemathesis: the same examples in every run."""
    headers = bearer(world.cast.ana)
    api = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    seen: dict[str, set[int]] = {}
    for found in api.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            for name, value in world.values.items():
                if name in case.path_parameters:
                    case.path_parameters[name] = value
            with taken_back():
                answer = case.call_and_validate(headers=headers, checks=CHECKS)
            seen.setdefault(case.operation.label, set()).add(answer.status_code)

        ask()
    assert len(seen) == len(operations())
    assert {200, 201, 204, 400, 412} <= set.union(*seen.values()), seen
