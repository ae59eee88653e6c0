"""Recording what customers answered to a survey."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible, Sentence
from feedback.facts import INVITATIONS, RESPONSES
from feedback.models import Customer, FeedbackItem, Invitation, Response, Survey
from feedback.permissions import can_create_feedback
from feedback.services.history import time_problem
from kpis import services as kpis
from people.models import Membership, Team
from people.selectors import NO_SUCH_ROW, unknown_links

Problems = dict[str, list[Sentence]]
LINKS: dict[str, type[Model]] = {"customer_id": Customer, "item_id": FeedbackItem, "team_id": Team}


@transaction.atomic
def record_response(
    *,
    survey: Survey,
    score: int,
    by: Membership | None = None,
    item_id: int | None = None,
    team_id: int | None = None,
    invitation_id: int | None = None,
    comment: str = "",
    answered_at: datetime | None = None,
) -> Response:
    """One answer with a score of the survey's kind, for `team_id`, or for the team of the item or invitation.

    `by` is the member who wrote it down, None where the customer answered; the invitation counts as answered
    from then on. Refuses viewers, a score that the survey does not have, an answer from the future, rows of
    another organization than the survey's, and an invitation that was answered or is for another survey.
    """
    if by is not None and by.organization_id != survey.organization_id:
        raise NotVisible
    if by is not None and not can_create_feedback(by):
        raise NotAllowed
    answered_at = answered_at or timezone.now()
    organization_id = survey.organization_id
    invitation = _open_invitation(survey, invitation_id)
    if item_id is None and invitation is not None:
        item_id = invitation.item_id
    items = FeedbackItem.objects.filter(organization_id=organization_id)
    item = items.filter(pk=item_id).first() if item_id is not None else None
    _refuse_wrong(survey, score, answered_at, team_id, missing_item=item_id is not None and item is None)
    asked = item or invitation
    response = Response.objects.create(
        organization_id=organization_id,
        survey=survey,
        item=item,
        customer_id=asked.customer_id if asked else None,
        team_id=team_id or (invitation.team_id if invitation else None) or (item.team_id if item else None),
        score=score,
        comment=comment,
        answered_at=answered_at,
    )
    record("survey.answered", subject=response, organization_id=organization_id, by=by, score=score)
    kpis.emit_facts(RESPONSES, organization_id, [response.pk])
    if invitation is not None:
        link_answers(survey, {invitation.pk: response.pk})
    return response


@transaction.atomic
def invite(
    *,
    by: Membership,
    survey: Survey,
    customer_id: int | None = None,
    item_id: int | None = None,
    team_id: int | None = None,
    invited_at: datetime | None = None,
) -> Invitation:
    """A customer was asked to answer the survey, about an item where one is named: it gives customer and team.

    Nothing is sent: whoever asks the customer writes it down here. Refuses viewers, a time to come, and rows of
    another organization than the survey's.
    """
    if by.organization_id != survey.organization_id:
        raise NotVisible
    if not can_create_feedback(by):
        raise NotAllowed
    links = {"customer_id": customer_id, "item_id": item_id, "team_id": team_id}
    problems = unknown_links(by.organization_id, LINKS, links)
    invited_at = invited_at or timezone.now()
    if problem := time_problem(invited_at):
        problems["invited_at"] = [problem]
    if problems:
        raise InvalidInput(problems)
    item = FeedbackItem.objects.filter(pk=item_id).first() if item_id is not None else None
    invitation = Invitation.objects.create(
        organization_id=by.organization_id,
        survey=survey,
        item=item,
        customer_id=customer_id or (item.customer_id if item else None),
        team_id=team_id or (item.team_id if item else None),
        invited_at=invited_at,
    )
    record("survey.sent", subject=survey, organization_id=by.organization_id, by=by, created=1, updated=0)
    kpis.emit_facts(INVITATIONS, by.organization_id, [invitation.pk])
    return invitation


def link_answers(survey: Survey, answers: Mapping[int, int]) -> None:
    """The invitations (ids) have these answers (ids); others that had one of them have none. Facts follow."""
    invitations = Invitation.objects.select_for_update(of=("self",)).filter(survey=survey).order_by("pk")
    taken = invitations.filter(response__in=answers.values()).exclude(pk__in=answers)
    asked = list(invitations.filter(pk__in=answers))
    moved = [row for row in asked if row.response_id != answers[row.pk]]
    changed = [*taken, *moved]
    if not changed:
        return
    Invitation.objects.filter(pk__in=[row.pk for row in changed]).update(response=None)
    for invitation in moved:
        invitation.response_id = answers[invitation.pk]
    Invitation.objects.bulk_update(moved, ["response"])
    kpis.emit_facts(INVITATIONS, survey.organization_id, [row.pk for row in changed])


def score_problem(survey: Survey, score: int) -> Sentence | None:
    """Why no answer to the survey can have this score, or None."""
    if score in survey.scores:
        return None
    limits = {"least": survey.scores[0], "most": survey.best_score}
    return _("The score is a whole number from %(least)s to %(most)s.") % limits


def _open_invitation(survey: Survey, invitation_id: int | None) -> Invitation | None:
    if invitation_id is None:
        return None
    rows = Invitation.objects.select_for_update(of=("self",)).filter(survey=survey, pk=invitation_id)
    invitation = rows.first()
    if invitation is None:
        raise InvalidInput({"invitation_id": [NO_SUCH_ROW]})
    if invitation.response_id is not None:
        raise InvalidInput({"invitation_id": [_("This invitation was answered already.")]})
    return invitation


def _refuse_wrong(
    survey: Survey, score: int, answered_at: datetime, team_id: int | None, *, missing_item: bool
) -> None:
    problems: Problems = {}
    if problem := score_problem(survey, score):
        problems["score"] = [problem]
    if problem := time_problem(answered_at):
        problems["answered_at"] = [problem]
    if missing_item:
        problems["item_id"] = [NO_SUCH_ROW]
    if team_id is not None and not _is_team(survey.organization_id, team_id):
        problems["team_id"] = [NO_SUCH_ROW]
    if problems:
        raise InvalidInput(problems)


def _is_team(organization_id: int, team_id: int) -> bool:
    return Team.objects.filter(organization_id=organization_id, pk=team_id).exists()
