"""What the bodies of the API have in common."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from common.errors import InvalidInput


class StrictInput(serializers.Serializer[Any]):
    """A body whose unknown fields are refused by name: a misspelt one would be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuses fields that do not exist, at any depth."""
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


def read_body(
    input_class: type[serializers.Serializer[Any]], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """The checked fields of the body, with `partial` only those that were sent; refuses whatever is wrong (400)."""
    given = input_class(data=request.data, partial=partial)
    given.is_valid(raise_exception=True)
    fields: dict[str, Any] = given.validated_data
    return fields


@contextmanager
def pointing_to(fields: Mapping[str, str]) -> Iterator[None]:
    """Refusals of a service point to the fields of the body, where it calls them by other names."""
    try:
        yield
    except InvalidInput as refused:
        raise InvalidInput(
            {fields.get(name, name): said for name, said in refused.fields.items()}
        ) from refused
