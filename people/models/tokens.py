"""API tokens, and the answers kept for requests with an `Idempotency-Key`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from common.models import Owned, OwnedQuerySet, Part
from people.choices import Scope
from people.models.organizations import Membership


class ApiToken(Owned):
    """A token `ops_<id>_<secret>` of one membership; only a keyed hash of the secret is stored.

    It works from `allowed_networks` only, or from everywhere where that is empty. After a rotation the secret of
    before works until `previous_until`.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    secret_hash = models.CharField(max_length=64, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope))
    allowed_networks = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    expires_at = models.DateTimeField()
    rotated_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    objects = OwnedQuerySet.as_manager()


class IdempotentRequest(Part):
    """An answered request with an `Idempotency-Key`, written in one transaction with its effect."""

    whole = "token"

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
