"""Recording what customers answered to a survey."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence
from feedback.facts import RESPONSES
from feedback.models import FeedbackItem, Response, Survey
from feedback.permissions import can_change_feedback
from feedback.services.history import time_problem
from kpis import services as kpis
from people.models import Membership, Team
from people.selectors import NO_SUCH_ROW

SCORES = range(1, 6)


@transaction.atomic
def record_response(
    *,
    survey: Survey,
    score: int,
    by: Membership | None = None,
    item_id: int | None = None,
    team_id: int | None = None,
    comment: str = "",
    answered_at: datetime | None = None,
) -> Response:
    """One answer of 1 to 5, under the team that served the customer: `team_id`, or the team of the item now.

    `by` is the member who wrote it down, None where the customer answered. Refuses viewers, a score outside
    1 to 5, an answer from the future, and an item or a team of another organization than the survey's.
    """
    if by is not None and by.organization_id != survey.organization_id:
        raise NotVisible
    if by is not None and not can_change_feedback(by):
        raise NotAllowed
    answered_at = answered_at or timezone.now()
    organization_id = survey.organization_id
    items = FeedbackItem.objects.filter(organization_id=organization_id)
    item = items.filter(pk=item_id).first() if item_id is not None else None
    problems: dict[str, list[Sentence]] = {}
    if score not in SCORES:
        problems["score"] = [_("The score is a whole number from 1 to 5.")]
    if problem := time_problem(answered_at):
        problems["answered_at"] = [problem]
    if item_id is not None and item is None:
        problems["item_id"] = [NO_SUCH_ROW]
    if team_id is not None and not _is_team(organization_id, team_id):
        problems["team_id"] = [NO_SUCH_ROW]
    if problems:
        raise InvalidInput(problems)
    response = Response.objects.create(
        organization_id=organization_id,
        survey=survey,
        item=item,
        customer_id=item.customer_id if item else None,
        team_id=team_id or (item.team_id if item else None),
        score=score,
        comment=comment,
        answered_at=answered_at,
    )
    record("survey.answered", subject=response, organization_id=organization_id, by=by, score=score)
    kpis.emit_facts(RESPONSES, organization_id, [response.pk])
    return response


def _is_team(organization_id: int, team_id: int) -> bool:
    return Team.objects.filter(organization_id=organization_id, pk=team_id).exists()
