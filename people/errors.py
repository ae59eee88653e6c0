"""Refusals of the people app."""

from datetime import timedelta
from math import ceil

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.errors import Refusal


class TooManyAttempts(Refusal):
    """Somebody tried too often to get into this account from here; it says when to try again."""

    code = "too_many_attempts"
    status = 429

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, ceil(wait / timedelta(minutes=1)))
        sentence = ngettext(
            "Too many attempts. Try again in %(minutes)s minute, use a device on which you signed in before, "
            "or set a new password.",
            "Too many attempts. Try again in %(minutes)s minutes, use a device on which you signed in before, "
            "or set a new password.",
            minutes,
        )
        super().__init__(sentence % {"minutes": minutes}, wait_seconds=wait.total_seconds())


class LinkWorthless(Refusal):
    """The link of a mail is too old, was used, or never was one of ours."""

    code = "link_worthless"
    status = 404
    sentence = _("This link does not work any more. Ask for a new one.")


class AddressTaken(Refusal):
    """Another account has this e-mail address."""

    code = "address_taken"
    sentence = _("Another account has this e-mail address already.")


class InvitedAlready(Refusal):
    """There is an open invitation, or the person is a member."""

    code = "invited_already"
    sentence = _("This person is a member already, or has an open invitation.")


class InvitationOver(Refusal):
    """The invitation was accepted or withdrawn."""

    code = "invitation_over"
    status = 404
    sentence = _("This invitation was accepted or withdrawn. Invite the person again, if need be.")


class LastAdministrator(Refusal):
    """Nobody else could manage the organization."""

    code = "last_administrator"
    sentence = _("This is the last administrator. Make somebody else an administrator first.")


class RoleInUse(Refusal):
    """Members or open invitations hold the role."""

    code = "role_in_use"
    sentence = _("Members or open invitations hold this role. Give them another one first.")


class TeamInUse(Refusal):
    """Something still belongs to the team."""

    code = "team_in_use"
    sentence = _("Goals, tasks or other teams still belong to this team.")


class NoAccountHere(Refusal):
    """The organization's sign-in knows the person, but nobody invited them."""

    code = "no_account"
    status = 403
    sentence = _("You have no account here yet. Ask an administrator of your organization to invite you.")


class AddressUnverified(Refusal):
    """The organization's sign-in does not vouch for the e-mail address."""

    code = "address_unverified"
    status = 403
    sentence = _(
        "Your organization's sign-in has not confirmed your e-mail address, so it cannot be used here."
    )


class MoreThanItsToken(Refusal):
    """A token may make and rotate only tokens that may do no more than itself."""

    code = "more_than_its_token"
    status = 403
    sentence = _("Through a token you can only handle tokens that may do no more than it, and no longer.")


class PlaceLeft(Refusal):
    """A form was opened in an organization that the person has left since; it must not land in another one."""

    code = "place_left"
    status = 403
    sentence = _("You are no longer in the organization in which this page was opened. Nothing was saved.")


class NoPlace(Refusal):
    """The account belongs to no organization any more."""

    code = "no_place"
    status = 403
    sentence = _(
        "Your account belongs to no organization any more. Ask an administrator to invite you again."
    )
