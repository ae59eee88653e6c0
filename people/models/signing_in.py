"""What is remembered of attempts to sign in, and the mails that accounts wait for. No organization is known yet."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from people.choices import AccountMailKind, Outcome
from people.models.accounts import User


class SignInAttempt(models.Model):
    """One try to get in: written before the password is looked at, so that parallel guesses count each other.

    `account` is a keyed hash of what was typed, since people type passwords into the wrong field.
    """

    account = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    device = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="people_attempt_account"),
            models.Index(fields=["network", "at"], name="people_attempt_network"),
            models.Index(fields=["at"], name="people_attempt_at"),
        ]


class AccountMail(models.Model):
    """A mail about an account that has to be sent; written alike whether the address has an account or not.

    The one-time link in it is made when it is sent, so that no secret is stored.
    """

    kind = models.CharField(max_length=30, choices=AccountMailKind)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    email = models.EmailField()
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    planned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(planned_at__isnull=True), name="people_mail_unplanned"),
            models.Index(fields=["email", "created_at"], name="people_mail_email"),
        ]
