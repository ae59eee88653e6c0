"""schemathesis: requests made from the document are answered as it says, whoever asks.

The short form is part of `make test`; `OPSTEAM_EXAMPLES=100 python -m pytest tests/api/test_generated_requests.py`
asks for longer, and other things every time.
"""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from opsteam.schema import document
from opsteam.wsgi import application
from tests.architecture.world import World, kept_world, taken_back, world
from tests.conftest import bearer

__all__ = ["kept_world", "world"]

SAME_EVERY_TIME = "OPSTEAM_EXAMPLES" not in os.environ
# Who may do less is refused the same way whatever they ask for.
EXAMPLES = {
    name: int(os.environ.get("OPSTEAM_EXAMPLES", short))
    for name, short in (("vera", 1), ("ben", 2), ("adam", 3))
}
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
LEAST_SEEN = {"vera": {200, 400, 403}, "ben": {200, 201, 400, 403}, "adam": {200, 201, 204, 400, 412}}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The application answers on the test's own database connection, and leaves it open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("name", [*LEAST_SEEN])
def test_generated_requests_are_answered_as_the_document_says(world: World, name: str) -> None:
    """A viewer, a member and an administrator, each with a token of every scope."""
    headers = bearer(getattr(world.cast, name))
    api = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    seen: dict[str, set[int]] = {}
    for found in api.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES[name],
            derandomize=SAME_EVERY_TIME,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            for parameter, value in world.values.items():
                if parameter in case.path_parameters:
                    case.path_parameters[parameter] = value
            with taken_back():
                answer = case.call_and_validate(headers=headers, checks=CHECKS)
            seen.setdefault(case.operation.label, set()).add(answer.status_code)

        ask()
    assert len(seen) == sum(map(len, document()["paths"].values()))
    assert LEAST_SEEN[name] <= set.union(*seen.values()), seen
