"""What the API tests share."""

from typing import Any

import pytest
from django.test import Client

from people.choices import Scope
from people.models import Membership
from tests.conftest import bearer


class ApiClient:
    """A REST client with a token of one member, on Django's test client."""

    def __init__(self, member: Membership | None, *scopes: Scope) -> None:
        self.headers = bearer(member, *scopes) if member else {}
        self.client = Client(raise_request_exception=False)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer; `body` is sent as JSON, bytes as they are, and `If_Match="…"` becomes a header."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = given.pop("Content-Type", "application/json")
        encode = self.client._encode_json if not isinstance(body, bytes) else lambda value, _kind: value
        return self.client.generic(
            method,
            path,
            data=b"" if body is None else encode(body, kind),
            content_type=kind if body is not None else "",
            headers={**self.headers, **given},
        )


@pytest.fixture
def stage(settings: Any) -> None:
    """Routes of small views that stand for any resource, instead of the house's own."""
    settings.ROOT_URLCONF = "tests.api.stage"
