"""Taking feedback in, changing what is known about it, and deleting it."""

from datetime import datetime, timedelta
from typing import Final, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, Sentence
from feedback.choices import Channel, Kind
from feedback.models import Customer, FeedbackItem, Theme
from feedback.permissions import can_change_feedback, can_delete_feedback
from feedback.services.history import (
    add_transition,
    emit_item_facts,
    locked_item,
    moment,
    save_changes,
    time_problem,
)
from people.models import Membership, Team

# The customer's SLA: calendar hours from opening to the first reply, the same for every organization.
REPLY_WITHIN: Final = {
    Kind.COMPLAINT: timedelta(hours=8),
    Kind.QUESTION: timedelta(hours=24),
    Kind.SUGGESTION: timedelta(hours=72),
    Kind.PRAISE: timedelta(hours=72),
}
NO_SUCH_ROW: Final = _("There is no such row in your organization.")


class ItemChanges(TypedDict, total=False):
    """What `edit_item` may change; a key left out stays as it is."""

    kind: str
    channel: str
    subject: str
    body: str
    customer_id: int | None
    customer_name: str
    theme_id: int | None
    team_id: int | None
    assignee_id: int | None


EDITABLE: Final = (*(ItemChanges.__annotations__.keys() - {"customer_name"}), "reply_due_at")


@transaction.atomic
def create_item(
    *,
    by: Membership,
    subject: str,
    body: str = "",
    kind: str = Kind.COMPLAINT,
    channel: str = Channel.EMAIL,
    customer_id: int | None = None,
    customer_name: str = "",
    theme_id: int | None = None,
    team_id: int | None = None,
    assignee_id: int | None = None,
    opened_at: datetime | None = None,
) -> FeedbackItem:
    """A new open item whose reply is due within the SLA of its kind; its history starts at `opened_at`.

    A customer named by `customer_name` is found by exact name or created. Refuses viewers, an empty subject,
    rows of another organization and an opening in the future.
    """
    if not can_change_feedback(by):
        raise NotAllowed
    item = FeedbackItem(
        organization_id=by.organization_id,
        kind=kind,
        channel=channel,
        subject=subject.strip(),
        body=body,
        customer_id=customer_id,
        theme_id=theme_id,
        team_id=team_id,
        assignee_id=assignee_id,
        opened_at=opened_at or timezone.now(),
    )
    if problem := time_problem(item.opened_at):
        raise InvalidInput({"opened_at": [problem]})
    _check(item, by, {"theme_id", "team_id", "assignee_id", "customer_id"})
    if customer_name and customer_id is None:
        item.customer = _customer_named(by.organization_id, customer_name)
    item.reply_due_at = item.opened_at + REPLY_WITHIN[Kind(kind)]
    item.save()
    add_transition(item, item.opened_at, by)
    record("feedback.opened", subject=item, organization_id=by.organization_id, by=by, kind=kind)
    emit_item_facts(item)
    return item


@transaction.atomic
def edit_item(
    *, by: Membership, item_id: int, version: int | None, **changes: Unpack[ItemChanges]
) -> FeedbackItem:
    """The item with `changes`; a new team or assignee becomes a step of its history, its facts follow.

    A new kind moves the reply's due time while no reply was given. Nothing is written where nothing differs.
    Refuses viewers, an old version, an empty subject and rows of another organization.
    """
    item = locked_item(by, item_id, version)
    before = {field: getattr(item, field) for field in EDITABLE}
    customer_name = changes.pop("customer_name", None)
    for field, value in changes.items():
        setattr(item, field, value)
    item.subject = item.subject.strip()
    _check(item, by, {field for field, value in before.items() if getattr(item, field) != value})
    if customer_name is not None and "customer_id" not in changes:
        item.customer = _customer_named(by.organization_id, customer_name)
    if item.kind != before["kind"] and item.first_replied_at is None:
        item.reply_due_at = item.opened_at + REPLY_WITHIN[Kind(item.kind)]
    changed = sorted(field for field, value in before.items() if getattr(item, field) != value)
    if not changed:
        return item
    save_changes(item, *changed)
    if {"team_id", "assignee_id"} & set(changed):
        add_transition(item, moment(item, None), by)
    names = " ".join(field.removesuffix("_id") for field in changed)
    record("feedback.edited", subject=item, organization_id=item.organization_id, by=by, changed=names)
    emit_item_facts(item)
    return item


@transaction.atomic
def delete_item(*, by: Membership, item_id: int, version: int | None) -> None:
    """The item, its replies and its history are gone and its facts retracted; tasks and survey answers stay.

    Refuses everybody but managers and the leads of its team, and an old version.
    """
    item = locked_item(by, item_id, version)
    if not can_delete_feedback(by, item):
        raise NotAllowed
    record("feedback.deleted", subject=item, organization_id=item.organization_id, by=by)
    gone = FeedbackItem(pk=item.pk, organization_id=item.organization_id)
    item.delete()
    emit_item_facts(gone)


def _check(item: FeedbackItem, by: Membership, fields: set[str]) -> None:
    """Refuse an empty subject, unknown choices, and rows behind `fields` that `by` cannot see."""
    problems: dict[str, list[Sentence]] = {}
    if not item.subject:
        problems["subject"] = [_("Say in a few words what it is about.")]
    for name, choices in (("kind", Kind), ("channel", Channel)):
        if getattr(item, name) not in choices.values:
            problems[name] = [_("There is no such choice.")]
    rows = {
        "theme_id": Theme.objects.visible_to(by),
        "team_id": Team.objects.visible_to(by),
        "customer_id": Customer.objects.visible_to(by),
        "assignee_id": Membership.objects.visible_to(by).filter(is_active=True),
    }
    for name, visible in rows.items():
        key = getattr(item, name)
        if name in fields and key is not None and not visible.filter(pk=key).exists():
            problems[name] = [NO_SUCH_ROW]
    if problems:
        raise InvalidInput(problems)


def _customer_named(organization_id: int, name: str) -> Customer | None:
    """The oldest customer of exactly this name, or a new one; None for a blank name."""
    name = name.strip()
    if not name:
        return None
    known = Customer.objects.filter(organization_id=organization_id, name=name).order_by("pk").first()
    return known or Customer.objects.create(organization_id=organization_id, name=name)
