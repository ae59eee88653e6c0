"""What the bodies of the API have in common."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


class StrictInput(serializers.Serializer[Any]):
    """A body whose unknown fields are refused by name: a misspelt one would be lost without a word."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuses fields that do not exist."""
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return attrs
