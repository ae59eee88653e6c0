"""Mails about an account. Links that open something are made here, when they are sent, and stored nowhere."""

from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone

from common.tenancy import among_all_people
from notifications.choices import Rule
from notifications.models import Delivery
from notifications.selectors.letters import Said, writes
from people import services as people
from people.models import AccountMail, Invitation, User
from people.selectors import device_name

# Later nobody remembers having asked.
LONGEST_WAIT: Final = timedelta(days=1)


def _mail_of(delivery: Delivery) -> AccountMail | None:
    """The mail that was asked for, while its account can still be used."""
    mails = AccountMail.objects.select_related("user").filter(pk=delivery.subject_id)
    mail = mails.filter(created_at__gt=timezone.now() - LONGEST_WAIT).first()
    return None if mail is None or (mail.user is not None and not mail.user.is_active) else mail


@writes(Rule.PASSWORD_RESET)
def _password_reset(delivery: Delivery) -> Said | None:
    """Pointless a day after it was asked for."""
    mail = _mail_of(delivery)
    if mail is None or mail.user is None:
        return None
    return Said("letters/password_reset", people.password_reset_path(mail.user), "", {"email": mail.email})


@writes(Rule.ADDRESS_CONFIRMATION)
def _address_confirmation(delivery: Delivery) -> Said | None:
    """Pointless where another account has the address: its owner did not ask, and nobody is told that it is there."""
    mail = _mail_of(delivery)
    with among_all_people():
        is_taken = mail is not None and User.objects.filter(email__iexact=mail.email).exists()
    if mail is None or mail.user is None or is_taken:
        return None
    token = people.address_token(user=mail.user, email=mail.email)
    path = reverse("people:address-confirmation", args=[token])
    return Said("letters/address_confirmation", path, "", {"email": mail.email})


@writes(Rule.INVITATION)
def _invitation(delivery: Delivery) -> Said | None:
    """Pointless once it was accepted, withdrawn or sent again."""
    mail = _mail_of(delivery)
    if mail is None:
        return None
    rows = Invitation.objects.select_related("invited_by__user", "custom_role", "organization")
    invitation = rows.filter(pk=mail.facts["invitation_id"], round=mail.facts["round"]).first()
    if invitation is None or not invitation.is_open:
        return None
    path = reverse("people:invitation", args=[people.invitation_token(invitation)])
    return Said("letters/invitation", path, "", {"invitation": invitation})


@writes(Rule.NEW_DEVICE)
def _new_device(delivery: Delivery) -> Said | None:
    """Somebody signed in from where nobody had before."""
    mail = _mail_of(delivery)
    if mail is None:
        return None
    told = {
        "device": device_name(mail.facts["agent"]),
        "address": mail.facts["address"],
        "at": mail.created_at,
    }
    return Said("letters/new_device", reverse("people:sessions"), "", told)


@writes(Rule.ADDRESS_CHANGED)
def _address_changed(delivery: Delivery) -> Said | None:
    """To the address that was."""
    return _told(delivery, "letters/address_changed", "people:forgotten")


@writes(Rule.PASSWORD_CHANGED)
def _password_changed(delivery: Delivery) -> Said | None:
    """To the owner, who knows whether it was they."""
    return _told(delivery, "letters/password_changed", "people:forgotten")


@writes(Rule.TWO_STEP_CHANGED)
def _two_step_changed(delivery: Delivery) -> Said | None:
    """To the owner, who knows whether it was they."""
    return _told(delivery, "letters/two_step_changed", "people:two-step")


def _told(delivery: Delivery, template: str, url_name: str) -> Said | None:
    mail = _mail_of(delivery)
    if mail is None or mail.user is None:
        return None
    return Said(template, reverse(url_name), "", {"email": mail.user.email, "at": mail.created_at})
