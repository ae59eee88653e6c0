"""What the people API takes and gives."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import Expansion, RowOutput
from people.choices import Language, Permission, Role, Scope
from people.models import (
    ApiToken,
    CustomRole,
    Invitation,
    Membership,
    Organization,
    Team,
    TeamMembership,
)

LARGEST_ID = 2**63 - 1
LONGEST_NAME = 200
# What the services call by other names.
BODY_FIELDS = {"role": "custom_role_id", "teams": "team_ids"}


class Named(serializers.Serializer[Any]):
    """A linked row: its id and its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class Person(serializers.Serializer[Any]):
    """A member: the membership's id and the person's name."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="user.name")


class PlaceOutput(serializers.Serializer[TeamMembership]):
    """A team of a member, and whether they lead it."""

    id = serializers.IntegerField(source="team_id")
    name = serializers.CharField(source="team.name")
    is_lead = serializers.BooleanField()


class MemberOutput(RowOutput[Membership]):
    """A member of the organization; the id is that of the membership. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Counts changes of role, teams and `is_active`.")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(choices=Role.choices)
    custom_role_id = serializers.IntegerField(allow_null=True, help_text="Counts instead of `role`.")
    is_active = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    expansions = {
        "teams": Expansion(
            lambda: PlaceOutput(many=True, source="places"),
            loads=[Prefetch("places", TeamMembership.objects.select_related("team").order_by("id"))],
        )
    }


class RoleInput(StrictInput):
    """The role a member shall have; with a custom role the built-in one says nothing. Unknown fields are refused."""

    role = serializers.ChoiceField(choices=Role.choices)
    custom_role_id = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, allow_null=True, required=False
    )


class CustomRoleInput(StrictInput):
    """A role; with `partial=True`, what shall change. Unknown fields are refused."""

    name_en = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, required=False)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(choices=Permission.choices), max_length=len(Permission), required=False
    )


class CustomRoleOutput(RowOutput[CustomRole]):
    """A role of the organization's own. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    permissions = serializers.ListField(child=serializers.ChoiceField(choices=Permission.choices))
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class MemberInvitationInput(RoleInput):
    """Whom to invite, in which role and which teams. Unknown fields are refused."""

    email = serializers.EmailField(max_length=254)
    team_ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_ID), max_length=100, required=False
    )


class MemberInvitationOutput(RowOutput[Invitation]):
    """An invitation that nobody accepted or withdrew; the link is only in the mail."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    custom_role_id = serializers.IntegerField(allow_null=True, help_text="Counts instead of `role`.")
    team_ids = serializers.ListField(child=serializers.IntegerField())
    invited_by = Person(allow_null=True)
    sent_at = serializers.DateTimeField(help_text="When the newest link was sent.")
    expires_at = serializers.DateTimeField()
    is_open = serializers.BooleanField(help_text="Whether the newest link still works.")


class PlaceInput(StrictInput):
    """A member to be in a team. Unknown fields are refused."""

    member_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)
    is_lead = serializers.BooleanField(default=False)


class SeatOutput(serializers.Serializer[TeamMembership]):
    """A member of a team, and whether they lead it."""

    id = serializers.IntegerField(source="membership_id")
    name = serializers.CharField(source="membership.user.name")
    is_lead = serializers.BooleanField()


class TeamOutput(RowOutput[Team]):
    """A team. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    parent_id = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    expansions = {
        "members": Expansion(
            lambda: SeatOutput(many=True, source="places"),
            loads=[
                Prefetch("places", TeamMembership.objects.select_related("membership__user").order_by("id"))
            ],
        )
    }


class TeamInput(StrictInput):
    """A team; with `partial=True`, the fields that shall change. Unknown fields are refused."""

    name_en = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, required=False)
    parent_id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, allow_null=True, required=False)


class OrganizationOutput(RowOutput[Organization]):
    """An organization and its calendar. `version` is also its ETag."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    time_zone = serializers.CharField()
    week_start = serializers.IntegerField()
    fiscal_month = serializers.IntegerField()
    language = serializers.ChoiceField(choices=Language.choices)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class OrganizationPatch(StrictInput):
    """What may change in an organization; only what is sent changes. A new time zone recomputes all numbers."""

    name_en = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, required=False)
    name_zh = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True, required=False)
    time_zone = serializers.CharField(
        max_length=64, required=False, help_text="A name such as Asia/Shanghai."
    )
    week_start = serializers.IntegerField(min_value=1, max_value=7, required=False)
    fiscal_month = serializers.IntegerField(min_value=1, max_value=12, required=False)
    language = serializers.ChoiceField(choices=Language.choices, required=False)


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


class TokenOutput(RowOutput[ApiToken]):
    """A token without its secret; it works while it is neither expired nor revoked."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    allowed_networks = serializers.ListField(child=serializers.CharField(), help_text="CIDR; empty: all.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    rotated_at = serializers.DateTimeField(allow_null=True)
    previous_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then the secret of before the rotation works too."
    )
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="Within five minutes.")
    revoked_at = serializers.DateTimeField(allow_null=True)


class NewTokenOutput(TokenOutput):
    """A token with its new secret, which is shown this once."""

    secret = serializers.CharField()


class TokenInput(StrictInput):
    """A new token. Unknown fields are refused."""

    name = serializers.CharField(max_length=120)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), min_length=1, max_length=len(Scope)
    )
    expires_at = serializers.DateTimeField(required=False, help_text="In 90 days unless told.")
    allowed_networks = serializers.ListField(
        child=serializers.CharField(max_length=50), max_length=20, required=False
    )


class RotationInput(StrictInput):
    """How long the present secret shall still work. Unknown fields are refused."""

    overlap_hours = serializers.IntegerField(min_value=0, max_value=30 * 24, default=24)
