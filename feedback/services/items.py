"""Taking feedback in, deleting it, and what every item must fulfil."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, Sentence
from feedback.choices import Channel, Kind, Status
from feedback.models import Customer, FeedbackItem, Theme
from feedback.permissions import can_create_feedback, can_delete_feedback
from feedback.services.history import add_transition, emit_item_facts, locked_item, time_problem
from people.models import Membership, Team
from people.selectors import unknown_links

# The customer's SLA: calendar hours from opening to the first reply, the same for every organization.
REPLY_WITHIN: Final = {
    Kind.COMPLAINT: timedelta(hours=8),
    Kind.QUESTION: timedelta(hours=24),
    Kind.SUGGESTION: timedelta(hours=72),
    Kind.PRAISE: timedelta(hours=72),
}
TEXT_LIMIT: Final = 50_000
LINKS: Final[dict[str, type[Model]]] = {
    "theme_id": Theme,
    "team_id": Team,
    "customer_id": Customer,
    "assignee_id": Membership,
}
_LIMITS = {"subject": 300, "body": TEXT_LIMIT}
_CHOICES = {"kind": Kind.values, "channel": Channel.values, "status": Status.values}


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
    theme_name: str = "",
    team_id: int | None = None,
    assignee_id: int | None = None,
    opened_at: datetime | None = None,
) -> FeedbackItem:
    """A new open item whose reply is due within the SLA of its kind; its history starts at `opened_at`.

    A customer or theme given by name is found by that exact name or created. Refuses viewers, an empty
    subject, rows of another organization and an opening in the future.
    """
    if not can_create_feedback(by):
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
    refuse_wrong_item(item, by, LINKS)
    if customer_name and customer_id is None:
        item.customer = customer_named(by.organization_id, customer_name)
    if theme_name and theme_id is None:
        item.theme = theme_named(by.organization_id, theme_name)
    item.reply_due_at = item.opened_at + REPLY_WITHIN[Kind(kind)]
    item.save()
    add_transition(item, item.opened_at, by)
    record("feedback.opened", subject=item, organization_id=by.organization_id, by=by, kind=str(kind))
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


def refuse_wrong_item(item: FeedbackItem, by: Membership, links: Collection[str]) -> None:
    """Refuses bad texts and choices, and rows behind `links` that `by` cannot see: missing or foreign."""
    problems: dict[str, list[Sentence]] = {}
    for name, limit in _LIMITS.items():
        if len(getattr(item, name)) > limit:
            problems[name] = [_("This is longer than %(limit)s characters.") % {"limit": limit}]
    if not item.subject:
        problems["subject"] = [_("Say in a few words what it is about.")]
    for name, values in _CHOICES.items():
        if getattr(item, name) not in values:
            problems[name] = [_("There is no such choice.")]
    problems |= unknown_links(by.organization_id, LINKS, {name: getattr(item, name) for name in links})
    if problems:
        raise InvalidInput(problems)


def customer_named(organization_id: int, name: str) -> Customer | None:
    """The oldest customer of exactly this name, or a new one; None for a blank name. Refuses a long one."""
    name = _short(name, "customer_name", 200)
    if not name:
        return None
    known = Customer.objects.filter(organization_id=organization_id, name=name).order_by("pk").first()
    return known or Customer.objects.create(organization_id=organization_id, name=name)


def theme_named(organization_id: int, name: str) -> Theme | None:
    """The theme of this key or name, or a new one; None for a blank name. Refuses a long one."""
    key = _short(name, "theme_name", 60)
    if not key:
        return None
    rows = Theme.objects.filter(organization_id=organization_id)
    known = rows.filter(Q(key=key) | Q(name_en=key) | Q(name_zh=key)).order_by("pk").first()
    if known is None:
        known, _created = rows.get_or_create(
            organization_id=organization_id, key=key, defaults=theme_names(key)
        )
    return known


def theme_names(key: str) -> dict[str, str]:
    """The name a new theme starts with: its key, in the language it is written in."""
    return {"name_en" if key.isascii() else "name_zh": key}


def _short(text: str, field: str, limit: int) -> str:
    text = text.strip()
    if len(text) > limit:
        raise InvalidInput({field: [_("This is longer than %(limit)s characters.") % {"limit": limit}]})
    return text
