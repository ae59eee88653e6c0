"""Bulk import of feedback items with their replies and history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from activity.services import record
from common.errors import NotAllowed
from feedback.choices import Status
from feedback.facts import ITEMS
from feedback.models import FeedbackItem, Reply, Transition
from feedback.permissions import can_create_feedback
from feedback.services.history import resolved_since
from feedback.services.importing.parties import customer_key, customers_of, refuse_foreign, themes_of
from feedback.services.importing.rows import ItemRow
from kpis import services as kpis
from people.models import Membership, Organization
from tasks.services import ImportCounts

STORED = (
    "kind",
    "channel",
    "customer",
    "theme",
    "subject",
    "body",
    "opened_at",
    "reply_due_at",
    "import_digest",
    "status",
    "team",
    "assignee",
    "first_replied_at",
    "resolved_at",
    "version",
    "updated_at",
)


@dataclass(slots=True)
class Work:
    """What members did to an imported item here; it stays when the source sends the item again."""

    steps: list[Transition] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


@transaction.atomic
def import_items(
    organization_id: int, source: str, rows: Sequence[ItemRow], by: Membership | None = None
) -> ImportCounts:
    """Each row is the item of its (source, external id), with its customer, theme, replies and history.

    A row equal to the one imported before changes nothing, whatever was done to the item here since. One that
    differs replaces what the source said; replies and steps made here stay, and status, team and assignee are
    those of the last step. Of two rows with one external id the later counts. Facts and one event follow what
    changed. Refuses viewers, and teams and members of another organization; then nothing is stored.
    """
    if by is not None and not (can_create_feedback(by) and by.organization_id == organization_id):
        raise NotAllowed
    # One import of an organization at a time: two with the same new row would otherwise collide.
    organization = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    wanted = {row.external_id: row for row in rows}
    refuse_foreign(organization_id, [row.team_id for row in rows], [row.assignee_id for row in rows])
    known = _known(organization_id, source, wanted)
    changed = [
        row for key, row in wanted.items() if key not in known or known[key].import_digest != row.digest
    ]
    created = sum(row.external_id not in known for row in changed)
    updated = len(changed) - created
    if changed:
        items = _store(organization_id, source, changed, known)
        record(
            "feedback.imported",
            subject=organization,
            organization_id=organization_id,
            by=by,
            source=source,
            created=created,
            updated=updated,
        )
        kpis.emit_facts(ITEMS, organization_id, [item.pk for item in items])
    return ImportCounts(
        created=created, updated=updated + len(rows) - len(wanted), unchanged=len(wanted) - len(changed)
    )


def _known(organization_id: int, source: str, keys: Iterable[str]) -> dict[str, FeedbackItem]:
    items = FeedbackItem.objects.select_for_update(of=("self",)).filter(
        organization_id=organization_id, source=source, external_id__in=list(keys)
    )
    return {item.external_id: item for item in items.order_by("pk")}


def _store(
    organization_id: int, source: str, rows: Sequence[ItemRow], known: dict[str, FeedbackItem]
) -> list[FeedbackItem]:
    work = _work_of([known[row.external_id].pk for row in rows if row.external_id in known])
    customers, themes = customers_of(organization_id, rows), themes_of(organization_id, rows)
    items, steps, replies = [], [], []
    for row in rows:
        item = known.get(row.external_id) or FeedbackItem(
            organization_id=organization_id, source=source, external_id=row.external_id, version=0
        )
        item.customer_id = customers.get(customer_key(row))
        item.theme_id = themes.get(row.theme_key)
        done_here = work.get(item.pk or 0, Work())
        steps += _take_row(item, row, done_here)
        replies += [Reply(item=item, at=at, body=body) for at, body in row.replies]
        items.append(item)
    _write(items, steps, replies)
    return items


def _work_of(item_ids: Sequence[int]) -> dict[int, Work]:
    work: dict[int, Work] = defaultdict(Work)
    for step in Transition.objects.filter(item_id__in=item_ids, by__isnull=False).order_by("at", "id"):
        work[step.item_id].steps.append(step)
    for reply in Reply.objects.filter(item_id__in=item_ids, by__isnull=False).only("item_id", "at"):
        work[reply.item_id].replies.append(reply)
    return work


def _take_row(item: FeedbackItem, row: ItemRow, work: Work) -> list[Transition]:
    """Make `item` what the row and the work done here say; returns the steps of the row, not yet stored."""
    here = [step.at for step in work.steps] + [reply.at for reply in work.replies]
    # What was done here cannot come before the opening, whatever the source now says.
    item.opened_at = min([row.opened_at, *here])
    item.kind, item.channel, item.subject, item.body = row.kind, row.channel, row.subject.strip(), row.body
    item.reply_due_at, item.import_digest = row.due_at, row.digest
    replied = [at for at, _body in row.replies] + [reply.at for reply in work.replies]
    item.first_replied_at = min(replied, default=None)
    steps = [
        Transition(item=item, at=at, status=status, team_id=row.team_id, assignee_id=row.assignee_id)
        for at, status in _history(item.opened_at, row)
    ]
    _take_last_step(item, sorted([*work.steps, *steps], key=lambda step: step.at))
    item.version += 1
    item.updated_at = timezone.now()
    return steps


def _history(opened_at: datetime, row: ItemRow) -> list[tuple[datetime, str]]:
    resolved = [at for at, status in row.steps if status == Status.RESOLVED]
    resolved += [row.resolved_at] if row.resolved_at is not None else []
    replied_at = min((at for at, _body in row.replies), default=None)
    history: list[tuple[datetime, str]] = [(opened_at, Status.NEW)]
    if replied_at is not None and (not resolved or replied_at < min(resolved)):
        history.append((replied_at, Status.IN_PROGRESS))
    history += sorted(row.steps, key=lambda step: step[0])
    if row.resolved_at is not None:
        history.append((row.resolved_at, Status.RESOLVED))
    return sorted(history, key=lambda step: step[0])


def _take_last_step(item: FeedbackItem, history: Sequence[Transition]) -> None:
    """Status, team and assignee of the last step; resolved since the step that last entered that status."""
    item.resolved_at = resolved_since(history)
    last = history[-1]
    item.status, item.team_id, item.assignee_id = last.status, last.team_id, last.assignee_id


def _write(items: Sequence[FeedbackItem], steps: Sequence[Transition], replies: Sequence[Reply]) -> None:
    new = [item for item in items if item.pk is None]
    old = [item for item in items if item.pk is not None]
    FeedbackItem.objects.bulk_create(new)
    FeedbackItem.objects.bulk_create(
        old, update_conflicts=True, update_fields=list(STORED), unique_fields=["id"]
    )
    for rows in (Transition.objects, Reply.objects):
        rows.filter(item__in=[item.pk for item in old], by__isnull=True).delete()
    Transition.objects.bulk_create(steps)
    Reply.objects.bulk_create(replies)
