"""How views become OpenAPI: headers, refusals and scope of every operation are read from the view itself."""

import inspect
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter

from common.api.idempotency import HEADER, REPLAYED
from common.api.shaping import ALWAYS, RowOutput
from common.problems import PROBLEM

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "status", "code", "title", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "title": {"type": "string", "description": "For people, in the language of Accept-Language."},
        "request_id": {"type": "string", "description": "Name it when you report a problem."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "The field or query parameter (RFC 6901)."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
REFUSALS = {
    "400": "The request is wrong; `errors` says where.",
    "401": "No token, or an unknown, expired or revoked one.",
    "403": "The token lacks the scope, or the member's role does not allow this.",
    "404": "There is nothing here, or you may not see it.",
    "406": "Only application/json is offered.",
    "409": "This cannot be done now.",
    "412": "Somebody changed the row since it was read.",
    "413": "The body is too large.",
    "415": "The body is not application/json.",
    "410": "The log no longer reaches back that far.",
    "422": "The Idempotency-Key was used for another request.",
    "428": "If-Match is missing.",
    "429": "Too many requests; `Retry-After` says when to go on.",
}
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
BODIES = {"POST", "PUT", "PATCH"}
# A handler that calls one of these says where the new row is.
MAKERS = ("new_row", "created", "reverse")
# And one that calls one of these names the row's state: helpers of common.api.resources, and those of the views.
TELLERS = (
    "versioned",
    "told_with_digest",
    "changed",
    "created",
    "new_row",
    "_answer",
    "_detail",
    "_with_secret",
)


def _header(name: str, description: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, **options)


def _shaping(output: Any) -> list[OpenApiParameter]:
    """`fields` and, where there is something to expand, `expand`."""
    wanted = {"fields": ("Only these fields; all unless told.", sorted(output._declared_fields))}
    if output.expansions:
        wanted["expand"] = ("Write these relations in full.", sorted(output.expansions))
    return [
        OpenApiParameter(
            name,
            {"type": "array", "items": {"type": "string", "enum": names}},
            explode=False,
            style="form",
            description=f"{description} Separated by commas.",
        )
        for name, (description, names) in wanted.items()
    ]


class HouseSchema(AutoSchema):
    """Adds what the handler's own code says: it takes a key, compares a version, or answers 304."""

    def get_override_parameters(self) -> list[Any]:
        """The headers of the house on top of the view's own."""
        headers: list[Any] = [*super().get_override_parameters()]
        if self._takes_key():
            headers += [
                _header(
                    HEADER, "1 to 200 visible ASCII characters; the same key again gets the same answer."
                ),
                _header(REPLAYED, "true where the answer is that of an earlier request.", response=True),
            ]
        if self._calls("expected_version"):
            headers.append(_header("If-Match", "The ETag that was read, or `*`.", required=True))
        if self._compares():
            headers.append(_header("If-Match", "The ETag that was read; whatever is there unless told."))
        if any(map(self._calls, ("listed", "shown", "shape_of_row"))):
            headers += _shaping(self.view.output)  # type: ignore[attr-defined] # the views that call these have it
        if self._may_be_unchanged():
            headers.append(_header("If-None-Match", "The ETag you have; 304 where nothing changed."))
        if self._may_be_unchanged() or any(map(self._calls, TELLERS)):
            headers.append(_header("ETag", "Names this state of the resource.", response=[200, 201]))
        if self.method == "POST" and any(map(self._calls, MAKERS)):
            headers.append(_header("Location", "Where the new row is.", response=[201]))
        return headers

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """Rows say what they always hold: `?fields=` may leave out everything else."""
        mapped: dict[str, Any] = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call] # as drf-spectacular has it
        row = force_instance(serializer)  # type: ignore[no-untyped-call] # as above
        if isinstance(row, RowOutput):
            mapped["required"] = [name for name in mapped.pop("required", []) if name in ALWAYS]
            for name, expansion in row.expansions.items():
                if name not in mapped["properties"]:
                    field = self._map_serializer_field(expansion.output(), direction)  # type: ignore[no-untyped-call] # as above
                    mapped["properties"][name] = field
        return mapped

    def get_description(self) -> str:  # type: ignore[override] # as drf-spectacular has it
        """What the operation does, and the scope it needs."""
        scope = getattr(self.view, "scopes", {}).get(self.method, "any")
        return f"{super().get_description()}\n\nScope: `{scope}`."

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        if self._may_be_unchanged():
            answers["304"] = {"description": "Nothing changed since the answer with this ETag."}
        for status in sorted(self._refusals()):
            answers[status] = {"$ref": f"#/components/responses/Refusal{status}"}
        return answers

    def _refusals(self) -> set[str]:
        found = {"400", "401", "403", "406", "429"}
        if "{" in self.path:
            found.add("404")
        if self.method in CHANGES:
            found |= {"409", "413"}
        if self.method in BODIES:
            found.add("415")
        if self._takes_key():
            found.add("422")
        if self._calls("expected_version"):
            found |= {"412", "428"}
        if self._compares():
            found.add("412")
        own: set[str] = getattr(self.view, "refuses", {}).get(self.method, set())
        return found | own

    def _may_be_unchanged(self) -> bool:
        return any(
            map(self._calls, ("not_modified", "listed", "shown", "answer_with_digest", "answer_alone"))
        )

    def _compares(self) -> bool:
        return any(map(self._calls, ("still_as_read", "holding", "version_if_named")))

    def _handler(self) -> Any:
        return getattr(self.view, self.method.lower(), None)

    def _takes_key(self) -> bool:
        return getattr(self._handler(), "takes_idempotency_key", False)

    def _calls(self, name: str) -> bool:
        """Whether the handler itself names that function."""
        function = inspect.unwrap(self._handler())
        return name in getattr(function, "__code__", type(self).get_description.__code__).co_names


def add_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A schema hook: the shared error shape and answers that the operations refer to."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"Refusal{status}": {"description": description, "content": content}
        for status, description in REFUSALS.items()
    }
    return result
