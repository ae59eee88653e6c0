"""The first and last steps that every change of an item shares: lock it, and remember what it became."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence, StaleVersion
from feedback.choices import Status
from feedback.facts import ITEMS
from feedback.models import FeedbackItem, Transition
from feedback.permissions import can_answer_feedback, can_change_feedback
from kpis import services as kpis
from people.models import Membership

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)


def time_problem(at: datetime) -> Sentence | None:
    """Why `at` cannot be when something happened, or None."""
    if at > timezone.now():
        return _("This time lies in the future.")
    if at < EARLIEST:
        return _("This time lies before 1970.")
    return None


def locked_item(
    by: Membership, item_id: int, version: int | None = None, *, answering: bool = False
) -> FeedbackItem:
    """The item, locked; refuses what `by` may not see, change or answer, and a `version` that is not its own."""
    item = FeedbackItem.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise NotVisible
    if not (can_answer_feedback(by) or (can_change_feedback(by) and not answering)):
        raise NotAllowed
    if version is not None and version != item.version:
        raise StaleVersion
    return item


def moment(item: FeedbackItem, at: datetime | None) -> datetime:
    """`at`, or now; never before the item's last step nor in the future, so that its history is in order."""
    now = timezone.now()
    steps = Transition.objects.filter(item=item).order_by("-at", "-id")
    last = steps.values_list("at", flat=True).first() or item.opened_at
    if at is None:
        return max(now, last)
    if not last <= at <= now:
        raise InvalidInput({"at": [_("This time lies before the last change, or in the future.")]})
    return at


def save_changes(item: FeedbackItem, *fields: str) -> None:
    """Store `fields` of a locked item under its next version."""
    item.version += 1
    item.save(update_fields=[*fields, "version", "updated_at"])


def add_transition(item: FeedbackItem, at: datetime, by: Membership | None) -> None:
    """Remember status, assignee and team as they are from `at` on."""
    Transition.objects.create(
        item=item, at=at, status=item.status, assignee_id=item.assignee_id, team_id=item.team_id, by=by
    )


def emit_item_facts(item: FeedbackItem) -> None:
    """Make the stored facts of the item follow its history, in the same transaction."""
    kpis.emit_facts(ITEMS, item.organization_id, [item.pk])


def resolved_since(steps: Iterable[Transition]) -> datetime | None:
    """When the item became resolved for the last time, None where it is open; `steps` in order."""
    since: datetime | None = None
    for step in steps:
        if step.status != Status.RESOLVED:
            since = None
        elif since is None:
            since = step.at
    return since
