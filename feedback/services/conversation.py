"""Answering the customer, and saying where an item stands."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InvalidInput
from feedback.choices import Status
from feedback.errors import TooLateToUndo
from feedback.models import FeedbackItem, Reply, Transition
from feedback.services.history import (
    add_transition,
    emit_item_facts,
    locked_item,
    moment,
    resolved_since,
    save_changes,
)
from people.models import Membership

UNDO_WINDOW = timedelta(minutes=10)


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

    With `resolve` the item is resolved by it. Refuses viewers and an empty text.
    """
    item = locked_item(by, item_id, version)
    if not body.strip():
        raise InvalidInput({"body": [_("Write what you answered the customer.")]})
    at = moment(item, at)
    answer = Reply.objects.create(item=item, body=body.strip(), at=at, by=by)
    status = Status.RESOLVED if resolve else Status(item.status)
    if status == Status.NEW:
        status = Status.IN_PROGRESS
    is_first = item.first_replied_at is None
    if is_first or status != item.status:
        item.first_replied_at = at if is_first else item.first_replied_at
        before = item.status
        _take(item, status, at)
        save_changes(item, "first_replied_at", "status", "resolved_at")
        if status != before:
            add_transition(item, at, by)
            _record_status(item, by, before)
        emit_item_facts(item)
    record("feedback.replied", subject=item, organization_id=item.organization_id, by=by, reply=answer.pk)
    return answer


@transaction.atomic
def change_status(
    *,
    by: Membership,
    item_id: int,
    status: str,
    at: datetime | None = None,
    version: int | None = None,
) -> FeedbackItem:
    """The item stands at `status` from `at` on; resolving ends the handling time, leaving that reopens it.

    Asking for the status it already has changes nothing. Refuses viewers, an unknown status, an old version.
    """
    item = locked_item(by, item_id, version)
    if status not in Status.values:
        raise InvalidInput({"status": [_("There is no such status.")]})
    if status == item.status:
        return item
    at = moment(item, at)
    before = item.status
    _take(item, Status(status), at)
    save_changes(item, "status", "resolved_at")
    add_transition(item, at, by)
    _record_status(item, by, before)
    emit_item_facts(item)
    return item


@transaction.atomic
def undo_status_change(*, by: Membership, item_id: int, version: int | None) -> FeedbackItem:
    """The latest status change is taken out of the history as if never made; the event log keeps both.

    So an item reopened by mistake keeps the time it was resolved. Refuses changes of others, changes older
    than ten minutes, all but the latest, and an old version.
    """
    item = locked_item(by, item_id, version)
    latest_first = list(item.transitions.order_by("-at", "-id"))
    if len(latest_first) < 2 or not _can_undo(*latest_first[:2], by):
        raise TooLateToUndo
    mistaken, *kept = latest_first
    mistaken.delete()
    item.status, before = kept[0].status, item.status
    item.resolved_at = resolved_since(reversed(kept))
    save_changes(item, "status", "resolved_at")
    _record_status(item, by, before)
    emit_item_facts(item)
    return item


def _can_undo(mistaken: Transition, restored: Transition, by: Membership) -> bool:
    return (
        mistaken.by_id == by.pk
        and mistaken.status != restored.status
        and (mistaken.assignee_id, mistaken.team_id) == (restored.assignee_id, restored.team_id)
        and timezone.now() - mistaken.at <= UNDO_WINDOW
    )


def _take(item: FeedbackItem, status: Status, at: datetime) -> None:
    if status != item.status:
        item.status = status
        item.resolved_at = at if status == Status.RESOLVED else None


def _record_status(item: FeedbackItem, by: Membership, before: str) -> None:
    record(
        "feedback.status_changed",
        subject=item,
        organization_id=item.organization_id,
        by=by,
        before=before,
        after=item.status,
    )
