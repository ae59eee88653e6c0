"""The one shape of an error answer (RFC 9457), and the id that joins an answer to its log lines."""

from contextvars import ContextVar
from typing import Any

PROBLEM = "application/problem+json"
request_id: ContextVar[str] = ContextVar("request_id", default="-")


def problem(status: int, code: str, title: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """What an error answer holds; `errors` has a pointer and a sentence per wrong field."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": code,
        "title": title,
        "request_id": request_id.get(),
    }
    if errors:
        body["errors"] = errors
    return body
