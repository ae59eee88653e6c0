"""What tells of somebody without pointing at them: letters to an address, attempts to sign in, copies of messages."""

import json

import pytest

from activity.models import Event
from activity.services import record
from common.wall.policies import WEB
from feedback import services as feedback
from feedback.models import Customer
from notifications.choices import Channel, Rule
from notifications.models import Delivery, InboxItem, WebhookDelivery, WebhookEndpoint
from opsteam.operating import personal
from people import services as people
from people.choices import AccountMailKind, Role
from people.models import AccountMail, Invitation, SignInAttempt
from people.services.throttling import Origin, account_key
from tests.architecture.world import may_act_as
from tests.conftest import Cast
from tests.tenancy.conftest import acting_as

BEN = "ben@example.test"


def letters_to_ben(cast: Cast) -> None:
    """A mail about his account, an invitation from before he joined, and an attempt to sign in as him."""
    mail = AccountMail.objects.create(kind=AccountMailKind.PASSWORD_RESET, email=BEN)
    Delivery.objects.create(
        organization=cast.organization,
        rule=Rule.PASSWORD_RESET,
        address=BEN,
        channel=Channel.EMAIL,
        subject_type="people.accountmail",
        subject_id=mail.pk,
        period="once",
        message_id="<m@testserver>",
    )
    people.invite(by=cast.adam, email="other@example.test", role=Role.MEMBER)
    Invitation.objects.update(email=BEN.upper())
    people.admit(account=account_key("password", BEN), origin=Origin("192.0.2.1"))


def webhook_message(cast: Cast, event: Event, body: str) -> WebhookDelivery:
    endpoint = WebhookEndpoint.objects.create(
        organization=cast.organization,
        owner=cast.adam,
        url="https://hooks.example.org/",
        secret="x",
        event_types=["*"],
    )
    return WebhookDelivery.objects.create(
        organization=cast.organization,
        endpoint=endpoint,
        event=event,
        verb=event.verb,
        body=body,
        signature="s",
    )


def test_what_was_sent_to_the_bare_address_is_given_out(cast: Cast) -> None:
    letters_to_ben(cast)
    found = json.loads("".join(personal.export_member(cast.ben, cast.ben.pk).parts()))
    assert [row["address"] for row in found["notifications.Delivery.address"]] == [BEN]
    assert [row["email"] for row in found["people.Invitation.email"]] == [BEN.upper()]
    assert [row["network"] for row in found["people.SignInAttempt.account"]] == ["192.0.2.1"]


def test_it_is_erased_with_the_account_also_with_the_rights_of_the_web(cast: Cast) -> None:
    letters_to_ben(cast)
    may_act_as(WEB)
    with acting_as(WEB, cast.organization.pk):
        personal.erase_member(cast.adam, cast.ben.pk, organization_id=cast.organization.pk)
        cast.ben.refresh_from_db()
        gone = {
            model.__name__: model._base_manager.count() for model in (Delivery, Invitation, SignInAttempt)
        }
        assert cast.ben.user.email != BEN, "who was erased is still there, under no name"
    assert gone == {"Delivery": 0, "Invitation": 0, "SignInAttempt": 0}


def test_copies_of_what_a_customer_wrote_are_emptied_and_others_stay(cast: Cast) -> None:
    item = feedback.create_item(by=cast.ben, subject="My parcel", body="I am Li Lei", customer_name="Li Lei")
    event = Event.objects.get(subject_id=item.pk, subject_type="feedback.feedbackitem")
    sent = webhook_message(cast, event, '{"customer":"Li Lei"}')
    naming = WebhookDelivery.objects.create(
        organization=cast.organization,
        endpoint=sent.endpoint,
        event=people_event(cast),
        verb="x",
        body='{"note":"from Li Lei"}',
    )
    other = WebhookDelivery.objects.create(
        organization=cast.organization,
        endpoint=sent.endpoint,
        event=people_event(cast),
        verb="x",
        body='{"note":"from Han Meimei"}',
    )
    told = Delivery.objects.create(
        organization=cast.organization,
        rule=Rule.SLA_BREACHED,
        recipient=cast.ben,
        channel=Channel.INBOX,
        subject_type="feedback.feedbackitem",
        subject_id=item.pk,
        period="1",
        message_id="<n@testserver>",
    )
    InboxItem.objects.create(
        organization=cast.organization,
        membership=cast.ben,
        delivery=told,
        rule=told.rule,
        title="My parcel",
        path="/",
    )
    personal.erase_customer(cast.adam, Customer.objects.get().pk, organization_id=cast.organization.pk)
    bodies = dict(WebhookDelivery.objects.values_list("pk", "body"))
    assert bodies == {sent.pk: "", naming.pk: "", other.pk: '{"note":"from Han Meimei"}'}
    assert "parcel" not in cast.ben.inbox.get().title


def people_event(cast: Cast) -> Event:
    """An event about nothing that the customer said."""
    return record("team.changed", subject=cast.support, organization_id=cast.organization.pk, by=cast.ana)


@pytest.mark.parametrize("name", ["Ben", 'Ben "B" 王'])
def test_copies_that_name_a_member_are_emptied(cast: Cast, name: str) -> None:
    cast.ben.user.name = name
    cast.ben.user.save()
    body = json.dumps({"actor": {"name": name}}, ensure_ascii=False)
    sent = webhook_message(cast, people_event(cast), body)
    personal.erase_member(cast.adam, cast.ben.pk, organization_id=cast.organization.pk)
    sent.refresh_from_db()
    assert (sent.body, sent.signature) == ("", "")
