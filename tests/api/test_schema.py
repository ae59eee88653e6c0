"""The OpenAPI document is committed, complete, and true of what the API answers."""

import re
from pathlib import Path
from typing import Any

from django.core.management import call_command

from opsteam.schema import document

COMMITTED = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"
# An endpoint is off or on, a message read or not: nobody's change can be lost.
WITHOUT_VERSION = {
    "/api/v1/webhooks/{endpoint_id}/disablement/",
    "/api/v1/inbox/{item_id}/reading/",
    "/api/v1/teams/{team_id}/members/{member_id}/",
    "/api/v1/tasks/{task_id}/timer/",
}
WITH_SECRETS = {
    "/api/v1/tokens/",
    "/api/v1/tokens/{token_id}/rotation/",
    "/api/v1/webhooks/",
    "/api/v1/webhooks/{endpoint_id}/secret/",
}


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
        if method in {"PATCH", "DELETE"} and path not in WITHOUT_VERSION:
            assert "If-Match" in {one["name"] for one in described["parameters"]}, (method, path)


def test_every_read_can_be_a_304_but_what_is_worked_out_anew_each_time() -> None:
    always = {
        path
        for method, path, described in operations()
        if method == "GET" and "304" not in described["responses"]
    }
    # Proof; and what has a version for If-Match, though its numbers or names move without it.
    assert always == {
        "/api/v1/kpis/{key}/verify/",
        "/api/v1/kpis/{key}/",
        "/api/v1/goals/{goal_id}/",
        "/api/v1/members/{member_id}/",
    }


def test_every_new_row_with_an_address_is_described_with_it() -> None:
    paths = document()["paths"]
    described = {
        path
        for method, path, one in operations()
        if method == "POST" and "Location" in one["responses"].get("201", {}).get("headers", {})
    }
    with_rows = {
        path
        for path in paths
        if "201" in paths[path].get("post", {}).get("responses", {})
        and any(
            re.fullmatch(re.escape(path) + r"\{\w+\}/", other) and "get" in paths[other] for other in paths
        )
    }
    assert described >= with_rows
    # A time entry, and a task.
    assert described - with_rows == {"/api/v1/tasks/{task_id}/timer/", "/api/v1/signals/{signal_id}/tasks/"}


def test_every_post_takes_an_idempotency_key_but_those_that_answer_with_a_secret() -> None:
    """Answers are kept for repetitions, and no readable copy of a secret may be."""
    without = {
        path
        for method, path, described in operations()
        if method == "POST"
        and "Idempotency-Key" not in {one["name"] for one in described.get("parameters", [])}
    }
    assert without == WITH_SECRETS
