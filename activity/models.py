"""The record of what happened: written with the change itself, never changed afterwards."""

import pgtrigger
from django.db import models
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from common.models import Owned, OwnedQuerySet


class Event(Owned):
    """Who did what to which row, when. It is audit, feed and outbox in one.

    `transaction` is PostgreSQL's transaction id of the writer: readers that follow the log order by it and
    stop below the oldest transaction still running, so a late commit is never skipped.
    """

    organization = models.ForeignKey("people.Organization", on_delete=models.PROTECT, related_name="+")
    actor = models.ForeignKey("people.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    transaction = models.BigIntegerField(
        db_default=RawSQL("(pg_current_xact_id()::text)::bigint", ()), editable=False
    )
    occurred_at = models.DateTimeField(db_default=Now(), editable=False)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("transaction"), F("id"), name="activity_event_in_order"),
            models.Index(
                fields=["organization", "subject_type", "subject_id", "-id"], name="activity_event_subject"
            ),
            models.Index(fields=["organization", "-id"], name="activity_event_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class EventCursor(models.Model):
    """How far one follower of the log has come."""

    follower = models.CharField(max_length=60, primary_key=True)
    transaction = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)
