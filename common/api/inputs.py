"""What the bodies of the API have in common."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictInput(serializers.Serializer[Any]):
    """A body whose unknown fields are refused by name: a misspelt one would be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuses fields that do not exist, at any depth."""
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else set()
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)
