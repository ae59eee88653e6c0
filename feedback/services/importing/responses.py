"""Bulk import of survey answers."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from feedback.facts import RESPONSES
from feedback.models import FeedbackItem, Invitation, Response, Survey
from feedback.permissions import can_create_feedback
from feedback.services.importing.parties import refuse_foreign
from feedback.services.importing.rows import ResponseRow
from feedback.services.surveys import link_answers, score_problem
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
    has none, its team. `invitation_external_id` names the invitation it answers. Facts and one event follow
    what changed. Refuses viewers, an unknown survey, scores that the survey does not have, and teams of another
    organization; then nothing is stored.
    """
    survey = locked_survey(organization_id, survey_key, by)
    wanted = {row.external_id: row for row in rows}
    for row in rows:
        if problem := score_problem(survey, row.score):
            raise InvalidInput({"score": [problem]})
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
    _link_invitations(survey, list(wanted.values()))
    return ImportCounts(
        created=len(new),
        updated=len(changed) + len(rows) - len(wanted),
        unchanged=len(wanted) - len(new) - len(changed),
    )


def locked_survey(organization_id: int, key: str, by: Membership | None) -> Survey:
    """The survey, so that one import of it runs at a time: two with the same new row would otherwise collide.

    Refuses viewers, members of another organization and an unknown key.
    """
    if by is not None and not (can_create_feedback(by) and by.organization_id == organization_id):
        raise NotAllowed
    surveys = Survey.objects.select_for_update(no_key=True)
    survey = surveys.filter(organization_id=organization_id, key=key).first()
    if survey is None:
        raise NotVisible
    return survey


def _link_invitations(survey: Survey, rows: Sequence[ResponseRow]) -> None:
    names = {row.external_id: row.invitation_external_id for row in rows if row.invitation_external_id}
    if not names:
        return
    invitations = Invitation.objects.filter(survey=survey, external_id__in=names.values())
    asked = dict(invitations.values_list("external_id", "pk"))
    answers = Response.objects.filter(survey=survey, external_id__in=names)
    link_answers(
        survey,
        {
            asked[names[external_id]]: pk
            for external_id, pk in answers.values_list("external_id", "pk").order_by("pk")
            if names[external_id] in asked
        },
    )


def _compared(
    survey: Survey, source: str, rows: Sequence[ResponseRow]
) -> tuple[list[Response], list[Response]]:
    """The answers to create and those to change, with their new values."""
    items = items_named(survey.organization_id, source, [row.item_external_id for row in rows])
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


def items_named(organization_id: int, source: str, keys: Iterable[str]) -> dict[str, FeedbackItem]:
    """The items of the source with these external ids, as far as answers and invitations need them."""
    wanted = set(keys) - {""}
    items = FeedbackItem.objects.filter(
        organization_id=organization_id, source=source, external_id__in=wanted
    )
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
