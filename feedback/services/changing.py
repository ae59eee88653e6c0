"""Changing what is known about an item and where it stands, and taking a status back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from activity.services import record, record_edit
from common.errors import NotAllowed
from common.undo import can_undo
from feedback.choices import Kind, Status
from feedback.errors import TooLateToUndo
from feedback.models import FeedbackItem
from feedback.permissions import can_change_fields
from feedback.services.history import (
    add_transition,
    emit_item_facts,
    locked_item,
    moment,
    resolved_since,
    save_changes,
)
from feedback.services.items import LINKS, REPLY_WITHIN, customer_named, refuse_wrong_item, theme_named
from people.models import Membership

HISTORY_FIELDS = {"status", "team_id", "assignee_id"}


class ItemChanges(TypedDict, total=False):
    """What may change in an item; only what is given changes. The two names find or make their row."""

    kind: str
    status: str
    channel: str
    subject: str
    body: str
    customer_id: int | None
    customer_name: str
    theme_id: int | None
    theme_name: str
    team_id: int | None
    assignee_id: int | None


@transaction.atomic
def edit_item(
    *, by: Membership, item_id: int, version: int | None, **changes: Unpack[ItemChanges]
) -> FeedbackItem:
    """The item has these values; history, facts and events follow. What is already so changes nothing.

    A new kind moves the reply's due time while no reply was given. Refuses viewers, a version that is not the
    newest, wrong values and rows of another organization.
    """
    item = locked_item(by, item_id, version)
    return _change(item, dict(changes), by=by, at=None)


@transaction.atomic
def change_status(
    *, by: Membership, item_id: int, status: str, at: datetime | None = None, version: int | None = None
) -> FeedbackItem:
    """The item stands at `status` from `at` on; resolving ends the handling time, leaving that reopens it.

    The same status again changes nothing. Refuses viewers, an unknown status, an old version, and
    an `at` before the last step of the history or in the future.
    """
    item = locked_item(by, item_id, version)
    return _change(item, {"status": status}, by=by, at=at)


@transaction.atomic
def undo_status_change(*, by: Membership, item_id: int, version: int | None) -> FeedbackItem:
    """The latest status change is taken out of the history as if never made; the event log keeps both.

    So an item reopened by mistake keeps the time it was resolved. Refuses changes of others, changes older
    than ten minutes, all but the latest, and an old version.
    """
    item = locked_item(by, item_id, version, answering=True)
    latest_first = list(item.transitions.order_by("-at", "-id"))
    if len(latest_first) < 2 or not can_undo(*latest_first[:2], by_id=by.pk):
        raise TooLateToUndo
    mistaken, *kept = latest_first
    mistaken.delete()
    item.status = kept[0].status
    item.resolved_at = resolved_since(reversed(kept))
    save_changes(item, "status", "resolved_at")
    record_status(item, by, before=mistaken.status)
    emit_item_facts(item)
    return item


def take_status(item: FeedbackItem, status: str, at: datetime) -> None:
    """The item stands at another status from `at` on; not yet stored."""
    item.status = Status(status)
    item.resolved_at = at if item.status == Status.RESOLVED else None


def record_status(item: FeedbackItem, by: Membership, before: str) -> None:
    """One event for the change of status."""
    record(
        "feedback.status_changed",
        subject=item,
        organization_id=item.organization_id,
        by=by,
        was=str(before),
        now=str(item.status),
    )


def _change(
    item: FeedbackItem, changes: dict[str, Any], *, by: Membership, at: datetime | None
) -> FeedbackItem:
    was = item.status
    if "subject" in changes:
        changes["subject"] = changes["subject"].strip()
    named = {name: changes.pop(name) for name in ("customer_name", "theme_name") if name in changes}
    changed = {name for name, value in changes.items() if getattr(item, name) != value}
    for name in changed:
        setattr(item, name, changes[name])
    refuse_wrong_item(item, by, LINKS.keys() & changed)
    changed |= _take_named(item, changes, **named)
    if not changed:
        return item
    if not can_change_fields(by, changed):
        raise NotAllowed
    if "kind" in changed and item.first_replied_at is None:
        item.reply_due_at = item.opened_at + REPLY_WITHIN[Kind(item.kind)]
    if HISTORY_FIELDS & changed:
        at = moment(item, at)
        if "status" in changed:
            take_status(item, item.status, at)
        add_transition(item, at, by)
    save_changes(item, *changed, "resolved_at", "reply_due_at")
    _tell(item, changed, by=by, was=was)
    emit_item_facts(item)
    return item


def _take_named(
    item: FeedbackItem,
    changes: Collection[str],
    *,
    customer_name: str | None = None,
    theme_name: str | None = None,
) -> set[str]:
    """Take customer and theme given by name, where none is given by id; returns which of them changed."""
    before = {"customer_id": item.customer_id, "theme_id": item.theme_id}
    if customer_name is not None and "customer_id" not in changes:
        item.customer = customer_named(item.organization_id, customer_name)
    if theme_name is not None and "theme_id" not in changes:
        item.theme = theme_named(item.organization_id, theme_name)
    return {name for name, value in before.items() if getattr(item, name) != value}


def _tell(item: FeedbackItem, changed: Collection[str], *, by: Membership, was: str) -> None:
    edited = sorted(set(changed) - {"status"})
    if edited:
        record_edit("feedback.edited", subject=item, by=by, fields=edited)
    if "status" in changed:
        record_status(item, by, before=was)
