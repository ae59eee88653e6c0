"""Taking a person out of what is stored: the work stays, its numbers stay, the name goes."""

import json

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from activity.models import Event
from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from common.tenancy import among_all_people
from feedback.models import Customer, FeedbackItem, Reply, Response
from notifications.models import Delivery, InboxItem, WebhookDelivery
from opsteam.operating.personal.fields import ROWS_THAT_GO
from opsteam.operating.personal.links import attempts_at, rows_by_address
from people.choices import Permission
from people.models import AccountMail, Membership, User
from people.permissions import may
from tasks.models import TimeEntry

# In the languages of the interface at once: these words stand in rows.
NOBODY = "— (erased / 已删除)"


@transaction.atomic
def erase_member(by: Membership | None, membership_id: int, *, organization_id: int) -> None:
    """The member has no name, address, token or message left here and cannot sign in; what they did stays.

    Facts and cells still count what the member did, under a number. The account itself goes with its last
    membership. Refuses oneself: another administrator does it, so that one is left. `by` is None for the command.
    """
    found = Membership.objects.select_for_update().filter(
        pk=membership_id, organization_id=organization_id if by is None else by.organization_id
    )
    member = found.first()
    if member is None:
        raise NotVisible
    if by is not None and not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed
    if by is not None and by.pk == member.pk:
        raise InvalidInput({"membership": [_("Another administrator has to erase you.")]})
    account = member.user
    for label, _dot, relation in (each.rpartition(".") for each in ROWS_THAT_GO):
        apps.get_model(label)._base_manager.filter(**{relation: member.pk}).delete()
    for rows in rows_by_address(member, account.email):
        rows.delete()
    _empty_copies(member.organization_id, Q(event__actor=member), account.name, account.email)
    TimeEntry.objects.filter(membership=member).update(note="")
    # Neither account is a member's for a moment, so nobody would see them.
    with among_all_people():
        member.user = User.objects.create_user(
            email=f"erased-{member.pk}@erased.invalid", password=None, name=NOBODY, is_active=False
        )
        member.is_active = False
        member.version += 1
        member.save(update_fields=["user", "is_active", "version", "updated_at"])
        record("member.erased", subject=member, organization_id=member.organization_id, by=by)
        _delete_unless_needed(account)


@transaction.atomic
def erase_customer(by: Membership | None, customer_id: int, *, organization_id: int) -> None:
    """The customer has no name and address here, and what they wrote and were answered is gone.

    Feedback items and responses stay with their times and scores, so no number changes.
    """
    found = Customer.objects.select_for_update().filter(
        pk=customer_id, organization_id=organization_id if by is None else by.organization_id
    )
    customer = found.first()
    if customer is None:
        raise NotVisible
    if by is not None and not may(by, Permission.PEOPLE_MANAGE):
        raise NotAllowed
    Reply.objects.filter(item__customer=customer).update(body=NOBODY)
    FeedbackItem.objects.filter(customer=customer).update(subject=NOBODY, body="")
    Response.objects.filter(customer=customer).update(comment="")
    Response.objects.filter(item__customer=customer).update(comment="")
    _forget_told(customer)
    customer.name, customer.email, customer.external_id = NOBODY, "", ""
    customer.save(update_fields=["name", "email", "external_id"])
    record("customer.erased", subject=customer, organization_id=customer.organization_id, by=by)


def _forget_told(customer: Customer) -> None:
    """What the customer wrote stands nowhere else: neither in inboxes nor in what was sent to other systems."""
    items = FeedbackItem.objects.filter(customer=customer).values("pk")
    mine = Q(subject_type=FeedbackItem._meta.label_lower, subject_id__in=items)
    told = Delivery.objects.filter(mine, organization=customer.organization_id).values("pk")
    InboxItem.objects.filter(delivery__in=told).update(title=NOBODY)
    events = Event.objects.filter(mine, organization=customer.organization_id).values("pk")
    _empty_copies(customer.organization_id, Q(event__in=events), customer.name, customer.email)


def _empty_copies(organization_id: int, about: Q, *words: str) -> None:
    """The copies of webhook messages that are about somebody or name them are empty; what still waits is made anew."""
    for word in filter(None, words):
        about |= Q(body__contains=json.dumps(word, ensure_ascii=False)[1:-1])
    WebhookDelivery.objects.filter(about, organization=organization_id).update(body="", signature="")


def _delete_unless_needed(account: User) -> None:
    """The account is gone, unless it has a membership elsewhere.

    Another organization's is hidden from the web's role, but not from the database's own references.
    """
    if Membership.objects.filter(user=account).exists():
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            AccountMail.objects.filter(email__iexact=account.email).delete()
            attempts_at(account).delete()
            account.delete()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError:
        return
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
