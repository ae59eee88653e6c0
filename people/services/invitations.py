"""Inviting people into an organization, and how they come in."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from common.errors import InvalidInput, NotAllowed, NotVisible
from common.tenancy import acting_for
from people.choices import AccountMailKind, Language, Permission, Role
from people.errors import InvitationOver, InvitedAlready, LinkWorthless
from people.models import Invitation, Membership, Team, TeamMembership, User
from people.permissions import can_give, may
from people.registry import record
from people.selectors import NO_SUCH_ROW
from people.services.account_mail import request_mail
from people.services.members import chosen_role

VALID_FOR: Final = timedelta(days=7)
_SALT = "people.invitation"


@transaction.atomic
def invite(
    *,
    by: Membership,
    email: str,
    role: Role,
    custom_role_id: int | None = None,
    team_ids: Collection[int] = (),
) -> Invitation:
    """A link goes to the address; whoever opens it within a week joins in this role and these teams.

    Refuses who may not manage people, roles that hold more than `by`'s own, members, and a second invitation.
    """
    custom = chosen_role(by, custom_role_id)
    if not can_give(by, role=role, custom_role=custom):
        raise NotAllowed
    known = set(Team.objects.visible_to(by).filter(pk__in=team_ids).values_list("pk", flat=True))
    if known != set(team_ids):
        raise InvalidInput({"teams": [NO_SUCH_ROW]})
    members = Membership.objects.visible_to(by).filter(is_active=True)
    if members.filter(user__email__iexact=email.strip()).exists():
        raise InvitedAlready
    invitation = Invitation(
        organization_id=by.organization_id,
        email=email.strip(),
        role=Role.VIEWER if custom else role,
        custom_role=custom,
        team_ids=sorted(known),
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as twice:
        raise InvitedAlready from twice
    _send(invitation, by)
    return invitation


@transaction.atomic
def send_again(*, by: Membership, invitation_id: int) -> Invitation:
    """A new link for another week; the links before it are worthless."""
    invitation = _open_invitation(by, invitation_id)
    invitation.round += 1
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + VALID_FOR
    invitation.save(update_fields=["round", "sent_at", "expires_at"])
    _send(invitation, by)
    return invitation


@transaction.atomic
def withdraw(*, by: Membership, invitation_id: int) -> None:
    """The link stops working at once."""
    invitation = _open_invitation(by, invitation_id)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _tell("invitation.withdrawn", invitation, by)


def invitation_token(invitation: Invitation) -> str:
    """The token of the newest link."""
    return signing.dumps([invitation.organization_id, invitation.pk, invitation.round], salt=_SALT)


def invitation_of(token: str) -> Invitation:
    """The open invitation of a link, with its organization. Refuses a link that no longer works."""
    organization_id, invitation_id, nth = _opened(token)
    with acting_for(organization_id):
        found = Invitation.objects.select_related("organization", "custom_role", "invited_by__user").filter(
            pk=invitation_id, organization_id=organization_id, round=nth
        )
        invitation = found.first()
    if invitation is None or not invitation.is_open:
        raise LinkWorthless
    return invitation


@transaction.atomic
def join_as_new(*, token: str, name: str, password: str, language: Language) -> Membership:
    """An account for the invited address, and its place in the organization. Refuses a weak password.

    Where the address has an account by now, its owner has to sign in first: a link is no password.
    """
    email = invitation_of(token).email
    if User.objects.filter(email__iexact=email).exists():
        raise LinkWorthless
    person = User(email=email, name=name.strip())
    try:
        validate_password(password, user=person)
    except ValidationError as weak:
        raise InvalidInput({"password": weak.messages}) from weak
    user = User.objects.create_user(email=email, password=password, name=name.strip(), language=language)
    return join(token=token, user=user)


@transaction.atomic
def join(*, token: str, user: User) -> Membership:
    """The person has the invitation's role and teams. Refuses a link sent to another address than theirs."""
    organization_id, invitation_id, nth = _opened(token)
    with acting_for(organization_id):
        invitation = (
            Invitation.objects.select_for_update()
            .filter(pk=invitation_id, organization_id=organization_id, round=nth)
            .first()
        )
        if invitation is None or not invitation.is_open or invitation.email.lower() != user.email.lower():
            raise LinkWorthless
        return take_in(invitation, user)


def take_in(invitation: Invitation, user: User) -> Membership:
    """A locked, open invitation becomes a place in the organization; once. Somebody who had left comes back."""
    place = {"role": invitation.role, "custom_role": invitation.custom_role, "is_active": True}
    membership, _created = Membership.objects.update_or_create(
        organization_id=invitation.organization_id,
        user=user,
        create_defaults=place,
        defaults={**place, "version": F("version") + 1},
    )
    teams = Team.objects.visible_to(invitation).filter(pk__in=invitation.team_ids)
    for team in teams:
        TeamMembership.objects.get_or_create(team=team, membership=membership)
    invitation.accepted_at = timezone.now()
    invitation.accepted_by = membership
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    _tell("invitation.accepted", invitation, membership)
    return membership


def _opened(token: str) -> tuple[int, int, int]:
    try:
        organization_id, invitation_id, nth = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as wrong:
        raise LinkWorthless from wrong
    return int(organization_id), int(invitation_id), int(nth)


def _open_invitation(by: Membership, invitation_id: int) -> Invitation:
    found = Invitation.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=invitation_id)
    invitation = found.first()
    if invitation is None:
        raise NotVisible
    if not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise InvitationOver
    return invitation


def _send(invitation: Invitation, by: Membership) -> None:
    request_mail(
        AccountMailKind.INVITATION,
        email=invitation.email,
        organization_id=invitation.organization_id,
        invitation_id=invitation.pk,
        round=invitation.round,
    )
    _tell("invitation.sent", invitation, by)


def _tell(verb: str, invitation: Invitation, by: Membership) -> None:
    record(verb, subject=invitation, organization_id=invitation.organization_id, by=by)
