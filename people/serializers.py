"""What the people API gives."""

from typing import Any

from rest_framework import serializers

from people.choices import Language, Role, Scope
from people.models import ApiToken


class OrganizationOutput(serializers.Serializer[Any]):
    """An organization and its calendar."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    time_zone = serializers.CharField()
    week_start = serializers.IntegerField()
    language = serializers.ChoiceField(choices=Language.choices)


class MeOutput(serializers.Serializer[ApiToken]):
    """Whose token this is, what it may do and until when."""

    membership_id = serializers.IntegerField()
    name = serializers.CharField(source="membership.user.name")
    email = serializers.EmailField(source="membership.user.email")
    role = serializers.ChoiceField(source="membership.role", choices=Role.choices)
    organization = OrganizationOutput(source="membership.organization")
    token_name = serializers.CharField(source="name")
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    expires_at = serializers.DateTimeField()
