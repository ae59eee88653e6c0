"""The API's OpenAPI document and its page, made once per process from the views. Public: no data in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from common.htmx import render_page
from people.access import public

YAML = "application/vnd.oai.openapi; charset=utf-8"
JSON = "application/vnd.oai.openapi+json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    notes: str
    parameters: list[dict[str, Any]]
    body: list[dict[str, Any]]
    answers: list[dict[str, Any]]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, in English whatever the reader's language."""
    with translation.override("en"):
        result: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return json.loads(json.dumps(result, default=_plain))  # type: ignore[no-any-return] # for every renderer


def _plain(value: Any) -> float | str:
    """Limits are decimals, translated words are lazy."""
    return float(value) if isinstance(value, Decimal) else str(value)


@cache
def rendered(kind: str) -> tuple[bytes, str]:
    """The document as YAML or JSON, and its ETag."""
    if kind == "json":
        body = json.dumps(document(), ensure_ascii=False, indent=1).encode()
    else:
        body = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=110).encode()
    return body, f'"{sha256(body).hexdigest()[:32]}"'


@public
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The document: YAML, or JSON where `?format=json` or the Accept header asks for it."""
    wants_json = request.GET.get("format") == "json" or "json" in request.headers.get("Accept", "")
    body, etag = rendered("json" if wants_json else "yaml")
    headers = {"ETag": etag, "Vary": "Accept", "Cache-Control": "no-cache"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=JSON if wants_json else YAML, headers=headers)


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page that needs nothing from outside."""
    return render_page(request, "api/docs.html", {"groups": _groups(), "info": document()["info"]})


@cache
def _groups() -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for operation in _operations():
        groups.setdefault(operation.path.split("/")[3], []).append(operation)
    return groups


def _operations() -> Iterator[Operation]:
    for path, methods in document()["paths"].items():
        for method, described in methods.items():
            summary, _blank, notes = described.get("description", "").partition("\n\n")
            content: dict[str, Any] = described.get("requestBody", {}).get("content", {})
            yield Operation(
                id=described["operationId"],
                method=method.upper(),
                path=path,
                summary=summary,
                notes=notes.replace("`", ""),
                parameters=[{**one, "type": _type(one["schema"])} for one in described.get("parameters", [])],
                body=_fields(_schema(content)),
                answers=[_answer(status, one) for status, one in described["responses"].items()],
            )


def _answer(status: str, described: dict[str, Any]) -> dict[str, Any]:
    known = _resolved(described)
    fields = _fields(_schema(known.get("content", {}))) if status < "300" else []
    return {"status": status, "description": known.get("description", ""), "fields": fields}


def _schema(content: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = next((form.get("schema", {}) for form in content.values()), {})
    return schema


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    """The part that a `$ref` points to, or the part itself."""
    while "$ref" in part:
        pointer = part["$ref"].removeprefix("#/").split("/")
        part = document()
        for step in pointer:
            part = part[step]
    return part


def _fields(part: dict[str, Any]) -> list[dict[str, Any]]:
    described = _resolved(part)
    if described.get("type") == "array":
        described = _resolved(described["items"])
    required = set(described.get("required", []))
    return [
        {
            "name": name,
            "type": _type(one),
            "required": name in required,
            "description": _resolved(one).get("description", ""),
        }
        for name, one in described.get("properties", {}).items()
    ]


def _type(part: dict[str, Any]) -> str:
    """A type in words: `string (date)`, `array of Task`, `integer or null`."""
    name = part["$ref"].rpartition("/")[2] if "$ref" in part else ""
    choices = part.get("oneOf") or part.get("anyOf") or part.get("allOf")
    if name:
        return name
    if choices:
        return " or ".join(_type(one) for one in choices)
    if part.get("type") == "array":
        return f"array of {_type(part.get('items', {}))}"
    kinds = part.get("type", "any")
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{words} ({part['format']})" if "format" in part else words
