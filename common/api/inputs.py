"""What the bodies of the API have in common."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from rest_framework import serializers
from rest_framework.request import Request

from common.errors import InvalidInput

# DRF's sentences that our catalogue says in better Chinese than DRF's own.
SAID_BETTER = (
    gettext_noop('Expected a list of items but got type "{input_type}".'),
    gettext_noop('Expected a dictionary of items but got type "{input_type}".'),
    gettext_noop("Ensure this field has no more than {max_length} characters."),
    gettext_noop("Not a valid string."),
)


class StrictInput(serializers.Serializer[Any]):
    """A body whose unknown fields are refused by name: a misspelt one would be lost without a word.

    What stands inside another body is always whole, even where that one says only what shall change.
    """

    default_error_messages = {"invalid": gettext_lazy("Send a JSON object.")}

    def to_internal_value(self, data: Any) -> Any:
        """Refuses fields that do not exist, at any depth, and those missing inside of a change; all at once."""
        names = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        unknown = {name: [_("There is no such field.")] for name in names}
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as wrong:
            found_wrong: Any = wrong.detail
            raise serializers.ValidationError({**unknown, **found_wrong}) from wrong
        if unknown:
            raise serializers.ValidationError(unknown)
        if self.parent is not None:
            self._refuse_missing(found)
        return found

    def _refuse_missing(self, found: Any) -> None:
        """The root's `partial` reaches the fields of every part, so these were not asked for."""
        missing = {
            name: [field.error_messages["required"]]
            for name, field in self.fields.items()
            if field.required and not field.read_only and field.source not in found
        }
        if missing:
            raise serializers.ValidationError(missing, code="required")


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
        refused.fields = {fields.get(name, name): said for name, said in refused.fields.items()}
        raise
