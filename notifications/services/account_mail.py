"""Mails about accounts: every row that a request left behind becomes one delivery, or none where nobody is there."""

from django.db import transaction
from django.db.models.functions import Now

from common.queue import enqueue
from common.tenancy import acting_for
from notifications.choices import Channel, Rule
from notifications.models import Delivery
from notifications.services.planning import new_delivery
from people.choices import AccountMailKind
from people.models import AccountMail, User
from people.selectors import places_of

BATCH_ROWS = 200


def plan_account_mail() -> int:
    """Every mail asked for has its delivery; returns how many. Any number may run at once."""
    planned = 0
    while batch := _plan_batch():
        planned += batch
    return planned


@transaction.atomic
def _plan_batch() -> int:
    waiting = AccountMail.objects.filter(planned_at__isnull=True).order_by("pk")
    mails = list(
        waiting.select_for_update(skip_locked=True, of=("self",)).select_related("user")[:BATCH_ROWS]
    )
    for mail in mails:
        _plan(mail)
    AccountMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(planned_at=Now())
    return len(mails)


def _plan(mail: AccountMail) -> None:
    organization_id = _organization_of(mail)
    if organization_id is None:
        return
    with acting_for(organization_id):
        delivery = new_delivery(
            organization_id,
            Rule(f"people.{mail.kind}"),
            address=mail.email,
            channel=Channel.EMAIL,
            subject_type=AccountMail._meta.label_lower,
            subject_id=mail.pk,
            period="once",
        )
        Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    enqueue("notifications.send_due")


def _organization_of(mail: AccountMail) -> int | None:
    """In whose name the mail goes out; None where there is nobody to whom it could go."""
    if mail.kind == AccountMailKind.INVITATION:
        return int(mail.facts["organization_id"])
    if mail.kind == AccountMailKind.PASSWORD_RESET:
        found = User.objects.filter(email__iexact=mail.email, is_active=True).first()
        if found is None or not found.has_usable_password():
            return None
        AccountMail.objects.filter(pk=mail.pk).update(user=found, email=found.email)
        mail.user, mail.email = found, found.email
    places = places_of(mail.user) if mail.user else []
    return places[0].organization_id if places else None
