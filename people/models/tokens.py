"""API tokens, and the answers kept for requests with an `Idempotency-Key`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.models import Owned, OwnedQuerySet
from people.choices import Scope
from people.models.organizations import Membership


class ApiToken(Owned):
    """A token `ops_<id>_<secret>` of one membership; only a keyed hash of the secret is stored."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope))
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OwnedQuerySet.as_manager()


class IdempotentRequest(models.Model):
    """An answered request with an `Idempotency-Key`, written in one transaction with its effect."""

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="people_idempotent_request_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="people_idempotent_created")]
