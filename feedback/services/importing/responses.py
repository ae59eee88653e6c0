"""Bulk import of survey answers."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from activity.services import record
from common.errors import NotAllowed, NotVisible
from feedback.facts import RESPONSES
from feedback.models import FeedbackItem, Response, Survey
from feedback.permissions import can_change_feedback
from feedback.services.importing.parties import refuse_foreign
from feedback.services.importing.rows import ResponseRow
from kpis import services as kpis
from people.models import Membership
from tasks.services import ImportCounts

STORED = ("score", "answered_at", "comment", "team", "item", "customer")


@transaction.atomic
def import_responses(
    organization_id: int,
    source: str,
    survey_key: str,
    rows: Sequence[ResponseRow],
    by: Membership | None = None,
) -> ImportCounts:
    """Each row is the answer of its external id to that survey; a row sent again replaces the answer.

    `item_external_id` names an item of the same `source`; the answer takes its customer and, where the row
    has none, its team. Facts and one event follow what changed. Refuses viewers, an unknown survey, and teams
    of another organization; then nothing is stored.
    """
    if by is not None and not (can_change_feedback(by) and by.organization_id == organization_id):
        raise NotAllowed
    # One import of a survey at a time: two with the same new row would otherwise collide.
    survey = (
        Survey.objects.select_for_update(no_key=True)
        .filter(organization_id=organization_id, key=survey_key)
        .first()
    )
    if survey is None:
        raise NotVisible
    wanted = {row.external_id: row for row in rows}
    refuse_foreign(organization_id, [row.team_id for row in rows])
    new, changed = _compared(survey, source, list(wanted.values()))
    if new or changed:
        Response.objects.bulk_create(new)
        Response.objects.bulk_create(
            changed, update_conflicts=True, update_fields=list(STORED), unique_fields=["id"]
        )
        record(
            "survey.imported",
            subject=survey,
            organization_id=organization_id,
            by=by,
            created=len(new),
            updated=len(changed),
        )
        kpis.emit_facts(RESPONSES, organization_id, [answer.pk for answer in (*new, *changed)])
    return ImportCounts(
        created=len(new),
        updated=len(changed) + len(rows) - len(wanted),
        unchanged=len(wanted) - len(new) - len(changed),
    )


def _compared(
    survey: Survey, source: str, rows: Sequence[ResponseRow]
) -> tuple[list[Response], list[Response]]:
    """The answers to create and those to change, with their new values."""
    items = _items(survey.organization_id, source, rows)
    stored = Response.objects.filter(~Q(external_id=""), survey=survey)
    known = {
        answer.external_id: answer
        for answer in stored.filter(external_id__in=[row.external_id for row in rows])
    }
    new, changed = [], []
    for row in rows:
        answer = known.get(row.external_id) or Response(
            organization_id=survey.organization_id, survey=survey, external_id=row.external_id
        )
        before = _content(answer)
        _take_row(answer, row, items.get(row.item_external_id))
        if row.external_id not in known:
            new.append(answer)
        elif _content(answer) != before:
            changed.append(answer)
    return new, changed


def _items(organization_id: int, source: str, rows: Sequence[ResponseRow]) -> dict[str, FeedbackItem]:
    keys = {row.item_external_id for row in rows} - {""}
    items = FeedbackItem.objects.filter(organization_id=organization_id, source=source, external_id__in=keys)
    return {item.external_id: item for item in items.only("external_id", "team_id", "customer_id")}


def _take_row(answer: Response, row: ResponseRow, item: FeedbackItem | None) -> None:
    answer.score, answer.answered_at, answer.comment = row.score, row.answered_at, row.comment
    answer.item = item
    answer.customer_id = item.customer_id if item else None
    answer.team_id = row.team_id if row.team_id is not None else item.team_id if item else None


def _content(answer: Response) -> tuple[object, ...]:
    return (
        answer.score,
        answer.answered_at,
        answer.comment,
        answer.team_id,
        answer.item_id,
        answer.customer_id,
    )
