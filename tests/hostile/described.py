"""What the API's schema says of its doors: every parameter of a query and every place of a body, with their kinds."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from opsteam.schema import document

Place = tuple[str | int, ...]


def operation(address: str, method: str) -> dict[str, Any]:
    """What the schema says of an operation."""
    path = re.sub(r"<\w+:(\w+)>", r"{\1}", address)
    found: dict[str, Any] = document()["paths"][path][method.lower()]
    return found


def parameters(address: str) -> dict[str, str]:
    """The names that a list or a row takes in its query, with their kinds."""
    taken = operation(address, "GET").get("parameters", [])
    return {one["name"]: _kind(one["schema"]) for one in taken if one["in"] == "query"}


def places(address: str, method: str, body: Any) -> dict[Place, str]:
    """The kind of every place of the body: those that the schema names, and those below that the example has."""
    content = operation(address, method).get("requestBody", {}).get("content", {})
    named = dict(_places(content.get("application/json", {}).get("schema", {})))
    return {**{place: f"inside {place[-1]}" for place in _filled(body)}, **named}


def replaced(body: Any, place: Place, bad: Any) -> Any:
    """The body with something bad at this place; what is missing on the way there is made."""
    if not place:
        return bad
    step, rest = place[0], place[1:]
    if isinstance(step, str):
        fields = body if isinstance(body, dict) else {}
        return {**fields, step: replaced(fields.get(step), rest, bad)}
    parts = body if isinstance(body, list) else []
    inner = parts[step] if step < len(parts) else None
    return [*parts[:step], replaced(inner, rest, bad), *parts[step + 1 :]]


def _places(part: dict[str, Any], before: Place = ()) -> Iterator[tuple[Place, str]]:
    part = _resolved(part)
    for name, inner in part.get("properties", {}).items():
        yield (*before, name), _kind(inner)
        yield from _places(inner, (*before, name))
    if "items" in part:
        yield (*before, 0), _kind(part["items"])
        yield from _places(part["items"], (*before, 0))


def _filled(body: Any, before: Place = ()) -> Iterator[Place]:
    parts: Sequence[tuple[str | int, Any]] = ()
    if isinstance(body, dict):
        parts = list(body.items())
    elif isinstance(body, list):
        parts = list(enumerate(body))
    for step, part in parts:
        yield (*before, step)
        yield from _filled(part, (*before, step))


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; of several choices the one that is not null."""
    while True:
        choices = [one for one in part.get("oneOf", part.get("anyOf", part.get("allOf", ()))) if one]
        if "$ref" in part:
            part = document()["components"]["schemas"][part["$ref"].rpartition("/")[2]]
        elif choices:
            part = next((one for one in choices if one.get("type") != "null"), {})
        else:
            return part


def _kind(part: dict[str, Any]) -> str:
    part = _resolved(part)
    if "enum" in part:
        return "choice"
    if "items" in part:
        return f"list of {_kind(part['items'])}"
    return f"{part.get('type', 'anything')} {part.get('format', part.get('pattern', ''))}"
