"""Sparse fields and expansions: `?fields=` leaves out what a client does not need, `?expand=` adds what it does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.db.models import Model, Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from common.errors import InvalidInput, Sentence

Row = TypeVar("Row")
ALWAYS = frozenset({"id", "key"})


class Expansion(NamedTuple):
    """A relation that may be written in full: by which field, from what to load, under which scope."""

    output: Callable[[], "serializers.Field[Any, Any, Any, Any]"]
    loads: "Sequence[str | Prefetch[Any]]" = ()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a client wants of each row; `fields` is None for all of them."""

    fields: frozenset[str] | None = None
    expand: frozenset[str] = frozenset()


class RowOutput(serializers.Serializer[Row]):
    """A row as the API gives it. `expansions` names the relations that `?expand=` may write in full."""

    expansions: ClassVar[Mapping[str, Expansion]] = {}

    def __init__(self, *args: Any, shape: Shape = Shape(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape = shape

    def get_fields(self) -> dict[str, "serializers.Field[Any, Any, Any, Any]"]:
        """The declared fields, as far as they are wanted, and those expanded."""
        fields = super().get_fields()
        if self.shape.fields is not None:
            fields = {name: field for name, field in fields.items() if name in self.shape.fields | ALWAYS}
        for name in sorted(self.shape.expand):
            fields[name] = self.expansions[name].output()
        return fields


def read_shape(request: Request, output: type[RowOutput[Any]]) -> Shape:
    """What `?fields=` and `?expand=` ask for; refuses unknown names, and relations outside the token's scopes."""
    fields = _names(request, "fields")
    expand = _names(request, "expand") or frozenset()
    wrong: dict[str, list[Sentence]] = {}
    unknown = (fields or frozenset()) - output._declared_fields.keys() - output.expansions.keys()
    if unknown:
        wrong["fields"] = [_("There is no field %(name)s.") % {"name": name} for name in sorted(unknown)]
    strange = expand - output.expansions.keys()
    if strange:
        wrong["expand"] = [_("%(name)s cannot be expanded.") % {"name": name} for name in sorted(strange)]
    if wrong:
        raise InvalidInput(wrong)
    _refuse_out_of_scope(request, [output.expansions[name].scope for name in expand])
    return Shape(fields, expand)


def load(rows: Iterable[Model], output: type[RowOutput[Any]], shape: Shape) -> None:
    """The rows have loaded what their expansions show, with a constant number of queries."""
    loads = [each for name in sorted(shape.expand) for each in output.expansions[name].loads]
    if loads:
        prefetch_related_objects(list(rows), *loads)


def _names(request: Request, parameter: str) -> frozenset[str] | None:
    """The names in a parameter, separated by commas; None where it is missing or empty."""
    given = request.query_params.get(parameter, "")
    return frozenset(part.strip() for part in given.split(",") if part.strip()) or None


def _refuse_out_of_scope(request: Request, scopes: Iterable[str]) -> None:
    held: Sequence[str] = getattr(request.auth, "scopes", ())
    missing = sorted({scope for scope in scopes if scope and scope not in held})
    if missing:
        raise PermissionDenied(
            _("This token lacks the scope %(scope)s.") % {"scope": ", ".join(missing)}, code="scope_missing"
        )
