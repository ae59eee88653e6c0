"""Browsers that sign in through the form, as the tests of signing in need them."""

import re

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from notifications import services as notifications
from people.models import Membership
from tests.conftest import PASSWORD


def type_in(
    client: Client, member: Membership, password: str = PASSWORD, address: str = "192.0.2.1"
) -> HttpResponse:
    """The sign-in form, filled in from this network address."""
    form = {"email": member.user.email, "password": password}
    return client.post("/sign-in/", form, REMOTE_ADDR=address)


def signed_in(member: Membership, password: str = PASSWORD, address: str = "192.0.2.1") -> Client:
    """A browser in which the member has just signed in with their password."""
    client = Client(REMOTE_ADDR=address)
    assert type_in(client, member, password, address).status_code == 302
    return client


def sent() -> list[mail.EmailMessage]:
    """The mails that have left, once workers have done their part."""
    notifications.plan_account_mail()
    notifications.send_due()
    return mail.outbox


def link_in(message: mail.EmailMessage) -> str:
    """The path of the one link that leads to a page of ours."""
    found = re.search(r"^http://testserver(/\S+)$", str(message.body), re.MULTILINE)
    assert found, message.body
    return found[1]
