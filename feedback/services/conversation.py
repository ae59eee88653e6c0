"""Answering the customer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InvalidInput
from feedback.choices import Status
from feedback.models import Reply
from feedback.services.changing import record_status, take_status
from feedback.services.history import add_transition, emit_item_facts, locked_item, moment, save_changes
from feedback.services.items import TEXT_LIMIT
from people.models import Membership


@transaction.atomic
def reply(
    *,
    by: Membership,
    item_id: int,
    body: str,
    resolve: bool = False,
    at: datetime | None = None,
    version: int | None = None,
) -> Reply:
    """A reply on the item; the first one stops the SLA clock and takes a new item in progress.

    With `resolve` the item is resolved by it. The next version of the item tells others that it was answered.
    Refuses viewers, an empty or overlong text and an old version.
    """
    item = locked_item(by, item_id, version, answering=True)
    body = body.strip()
    if not body:
        raise InvalidInput({"body": [_("Write what you answered the customer.")]})
    if len(body) > TEXT_LIMIT:
        raise InvalidInput({"body": [_("This is longer than %(limit)s characters.") % {"limit": TEXT_LIMIT}]})
    at = moment(item, at)
    answer = Reply.objects.create(item=item, body=body, at=at, by=by)
    item.first_replied_at = min(at, item.first_replied_at or at)
    was = item.status
    if resolve and was != Status.RESOLVED:
        take_status(item, Status.RESOLVED, at)
    elif was == Status.NEW:
        take_status(item, Status.IN_PROGRESS, at)
    save_changes(item, "first_replied_at", "status", "resolved_at")
    record("feedback.replied", subject=item, organization_id=item.organization_id, by=by, reply=answer.pk)
    if item.status != was:
        add_transition(item, at, by)
        record_status(item, by, before=was)
    emit_item_facts(item)
    return answer
