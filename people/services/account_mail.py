"""Mails about accounts: asked for in a request as a row, planned and sent by the workers."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from common.queue import enqueue
from common.tenancy import among_all_people
from people.choices import AccountMailKind
from people.errors import LinkWorthless, TooManyAttempts
from people.models import AccountMail, User
from people.services.throttling import Origin, account_key, admit, settle

PLANNING_JOB = "notifications.plan_account_mail"


@transaction.atomic
def request_mail(
    kind: AccountMailKind, *, email: str, user: User | None = None, **facts: str | int
) -> AccountMail:
    """The mail will be sent, whatever becomes of this process; the request that asked does not wait for it."""
    with among_all_people():
        mail = AccountMail.objects.create(kind=kind, email=email, user=user, facts=facts)
    enqueue(PLANNING_JOB)
    return mail


def ask_for_password_reset(*, email: str, origin: Origin) -> None:
    """Whoever has an account under this address gets a link.

    What happens here is the same where nobody has one, down to the rows: whether there is an account is looked
    up when the mail is planned. Asked for too often, nothing more is sent, and nobody is told so either.
    """
    try:
        attempt = admit(account=account_key("reset", email), origin=origin)
    except TooManyAttempts:
        return
    settle(attempt, passed=False)
    request_mail(AccountMailKind.PASSWORD_RESET, email=email)


def password_reset_path(user: User) -> str:
    """Where the link of a reset mail leads; good once, for `PASSWORD_RESET_TIMEOUT` seconds."""
    key = f"{urlsafe_base64_encode(force_bytes(user.pk))}-{default_token_generator.make_token(user)}"
    return reverse("people:password-reset", args=[key])


def user_of_reset(key: str) -> User:
    """The account a reset link is for. Refuses a link that is old, used, or never was one of ours."""
    encoded, _dash, token = key.partition("-")
    try:
        user_id = int(urlsafe_base64_decode(encoded))
    except (ValueError, OverflowError) as wrong:
        raise LinkWorthless from wrong
    user = User.objects.filter(pk=user_id, is_active=True).first() if 0 < user_id < 2**63 else None
    if user is None or not default_token_generator.check_token(user, token):
        raise LinkWorthless
    return user


def forget_mails() -> int:
    """Delete what was planned a week ago; returns how many. Safe to run twice at once."""
    planned = Q(planned_at__lt=Now() - settings.ACCOUNT_MAILS_KEPT)
    deleted, _per_model = AccountMail.objects.filter(planned).delete()
    return deleted
