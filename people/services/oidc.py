"""People who come through the organization's OpenID Connect provider."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from common.tenancy import acting_for
from people.choices import Role
from people.errors import AddressUnverified, NoAccountHere
from people.models import Invitation, User
from people.selectors import open_invitations_to, organization_by_slug
from people.services.invitations import take_in
from people.services.members import add_member


@transaction.atomic
def admit_by_oidc(*, email: str, is_verified: bool, name: str) -> User:
    """The account of a person whom the provider has just vouched for, made where there is a place for them.

    In this order: the account with this address; open invitations to it; the organization and role that are
    configured for everybody. Refuses an address the provider has not verified, so that nobody takes over an
    account by claiming its address; and whoever has no place here.
    """
    if not email or not is_verified:
        raise AddressUnverified
    user = User.objects.filter(email__iexact=email).first()
    invitations = open_invitations_to(email)
    if user is None and not invitations and not settings.OIDC_ORGANIZATION:
        raise NoAccountHere
    known = user is not None
    if user is None:
        user = User.objects.create_user(email=email, password=None, name=name.strip()[:120] or email)
    for organization_id, invitation_id in invitations:
        _accept(user, organization_id, invitation_id)
    if not known and not invitations:
        _place(user)
    return user


def _accept(user: User, organization_id: int, invitation_id: int) -> None:
    with acting_for(organization_id):
        invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        if invitation is not None and invitation.is_open:
            take_in(invitation, user)


def _place(user: User) -> None:
    organization = organization_by_slug(settings.OIDC_ORGANIZATION)
    if organization is None:
        raise ImproperlyConfigured(
            f"OPSTEAM_OIDC_ORGANIZATION names no organization: {settings.OIDC_ORGANIZATION}"
        )
    add_member(organization=organization, email=user.email, name=user.name, role=Role(settings.OIDC_ROLE))
