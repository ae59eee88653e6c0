"""Surveys of three kinds, and the invitations that their response rate counts."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import InvalidInput, NotAllowed, NotVisible
from feedback import services
from feedback.choices import SurveyKind
from feedback.facts import INVITATIONS
from feedback.models import Customer, Invitation, Response, Survey
from feedback.services import ImportCounts, InvitationRow, ItemRow, ResponseRow
from kpis import services as kpis
from tests.conftest import Cast, sign_in
from tests.feedback.conftest import ago, complaint, stored_facts, values_of

SOURCE = "desk"
LIMITS = {SurveyKind.CSAT: (1, 5), SurveyKind.NPS: (0, 10), SurveyKind.CES: (1, 7)}


def survey_of(cast: Cast, kind: str) -> Survey:
    return Survey.objects.create(organization=cast.organization, key=kind, kind=kind, name_en=kind)


def invited(cast: Cast, *rows: InvitationRow, **more: Any) -> ImportCounts:
    return services.record_invitations(cast.organization.pk, SOURCE, "nps", rows, **more)


def answered(cast: Cast, *rows: ResponseRow) -> ImportCounts:
    return services.import_responses(cast.organization.pk, SOURCE, "nps", rows)


@pytest.fixture
def nps(cast: Cast) -> Survey:
    return survey_of(cast, "nps")


@pytest.mark.parametrize("kind", SurveyKind.values)
def test_each_kind_has_its_own_scores_and_metric(cast: Cast, kind: str) -> None:
    survey = survey_of(cast, kind)
    least, most = LIMITS[SurveyKind(kind)]
    for score in (least, most):
        services.record_response(survey=survey, score=score, answered_at=ago(hours=most - score))
    assert values_of(cast.organization, f"surveys.{kind}_score") == [least, most]
    assert len(stored_facts(cast.organization)) == 2


@pytest.mark.parametrize("kind", SurveyKind.values)
def test_a_score_outside_the_kind_is_refused_at_both_doors_and_stores_nothing(cast: Cast, kind: str) -> None:
    survey = survey_of(cast, kind)
    least, most = LIMITS[SurveyKind(kind)]
    for score in (least - 1, most + 1):
        with pytest.raises(InvalidInput) as by_hand:
            services.record_response(survey=survey, score=score)
        rows = [ResponseRow("A-1", least, ago(days=1)), ResponseRow("A-2", score, ago(days=1))]
        with pytest.raises(InvalidInput) as by_import:
            services.import_responses(cast.organization.pk, SOURCE, kind, rows)
        sentence = f"The score is a whole number from {least} to {most}."
        for refusal in (by_hand, by_import):
            assert [str(each) for each in refusal.value.fields["score"]] == [sentence]
    assert not Response.objects.exists()
    assert stored_facts(cast.organization) == []


def test_the_database_holds_no_score_that_no_survey_could_have(cast: Cast, nps: Survey) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Response.objects.create(organization=cast.organization, survey=nps, score=11)


def test_the_page_of_an_answer_says_out_of_how_many(cast: Cast, nps: Survey) -> None:
    answer = services.record_response(survey=nps, score=9)
    page = sign_in(cast.vera).get(reverse("feedback:response", args=[answer.pk]))
    assert "9 of 10" in page.content.decode()


def test_an_answer_counts_at_the_time_of_its_invitation(cast: Cast, nps: Survey) -> None:
    rows = [
        InvitationRow("I-1", ago(days=9), team_id=cast.support.pk),
        InvitationRow("I-2", ago(days=8), team_id=cast.field.pk),
    ]
    assert invited(cast, *rows) == ImportCounts(created=2)
    answered(cast, ResponseRow("A-1", 10, ago(days=1), invitation_external_id="I-2"))
    assert {(fact[0], *fact[2:5]) for fact in stored_facts(cast.organization)} == {
        ("surveys.answered", ago(days=9), 0, cast.support.pk),
        ("surveys.answered", ago(days=8), 1, cast.field.pk),
        ("surveys.invited", ago(days=9), 1, cast.support.pk),
        ("surveys.invited", ago(days=8), 1, cast.field.pk),
        ("surveys.nps_score", ago(days=1), 10, None),
    }


def test_the_same_invitations_and_answers_again_change_nothing(cast: Cast, nps: Survey) -> None:
    rows = [InvitationRow("I-1", ago(days=9)), InvitationRow("I-2", ago(days=8))]
    answer = ResponseRow("A-1", 10, ago(days=1), invitation_external_id="I-2")
    invited(cast, *rows)
    answered(cast, answer)
    before = stored_facts(cast.organization)
    assert invited(cast, *rows) == ImportCounts(unchanged=2)
    assert answered(cast, answer) == ImportCounts(unchanged=1)
    ids = list(Invitation.objects.values_list("pk", flat=True))
    assert kpis.rebuild_facts(INVITATIONS, cast.organization.pk, ids) == 0
    assert stored_facts(cast.organization) == before


def test_a_corrected_invitation_keeps_its_answer_and_moves_both_facts(cast: Cast, nps: Survey) -> None:
    row = InvitationRow("I-1", ago(days=9))
    invited(cast, row)
    answered(cast, ResponseRow("A-1", 10, ago(days=1), invitation_external_id="I-1"))
    assert invited(cast, replace(row, invited_at=ago(days=7))) == ImportCounts(updated=1)
    facts = stored_facts(cast.organization, "surveys.")
    assert {fact[2] for fact in facts if fact[0] != "surveys.nps_score"} == {ago(days=7)}
    assert Invitation.objects.get().response is not None


def test_an_answer_that_turns_out_to_belong_to_another_invitation_moves_there(
    cast: Cast, nps: Survey
) -> None:
    invited(cast, InvitationRow("I-1", ago(days=9)), InvitationRow("I-2", ago(days=8)))
    answer = ResponseRow("A-1", 10, ago(days=1), invitation_external_id="I-1")
    answered(cast, answer)
    answered(cast, replace(answer, invitation_external_id="I-2"))
    assert dict(Invitation.objects.values_list("external_id", "response__external_id")) == {
        "I-1": None,
        "I-2": "A-1",
    }
    answers = stored_facts(cast.organization, "surveys.answered")
    assert {fact[2]: fact[3] for fact in answers} == {ago(days=9): 0, ago(days=8): 1}


def test_an_invitation_takes_customer_and_team_of_its_item(cast: Cast, nps: Survey) -> None:
    row = ItemRow("C-1", "Late", ago(days=9), customer_external_id="K-1", team_id=cast.support.pk)
    services.import_items(cast.organization.pk, SOURCE, [row])
    invited(
        cast,
        InvitationRow("I-1", ago(days=8), item_external_id="C-1"),
        InvitationRow("I-2", ago(days=8), customer_external_id="K-1"),
    )
    customer = Customer.objects.get()
    found = dict(Invitation.objects.values_list("external_id", "team_id"))
    assert found == {"I-1": cast.support.pk, "I-2": None}
    assert set(Invitation.objects.values_list("customer_id", flat=True)) == {customer.pk}


def test_an_answer_by_hand_closes_its_invitation_once(cast: Cast, nps: Survey) -> None:
    item = complaint(cast.ben, customer_name="Li", team_id=cast.support.pk)
    invitation = Invitation.objects.create(
        organization=cast.organization, survey=nps, item=item, team=cast.field, invited_at=ago(days=3)
    )
    answer = services.record_response(survey=nps, score=9, invitation_id=invitation.pk)
    assert (answer.item, answer.customer, answer.team) == (item, item.customer, cast.field)
    assert values_of(cast.organization, "surveys.answered") == [1]
    with pytest.raises(InvalidInput):
        services.record_response(survey=nps, score=9, invitation_id=invitation.pk)
    other = survey_of(cast, "ces")
    with pytest.raises(InvalidInput):
        services.record_response(survey=other, score=5, invitation_id=invitation.pk)
    assert Response.objects.count() == 1


def test_refused_invitations_are_not_stored(cast: Cast, nps: Survey) -> None:
    row = InvitationRow("I-1", ago(days=9))
    for by, refusal in ((cast.vera, NotAllowed), (cast.dan, NotAllowed)):
        with pytest.raises(refusal):
            invited(cast, row, by=by)
    with pytest.raises(InvalidInput):
        invited(cast, row, InvitationRow("I-2", ago(days=9), team_id=9_999_999))
    with pytest.raises(NotVisible):
        services.record_invitations(cast.organization.pk, SOURCE, "unknown", [row])
    with pytest.raises(InvalidInput):
        InvitationRow("I-2", ago(days=-1))
    assert not Invitation.objects.exists()


def test_invitations_cost_as_many_queries_as_one(cast: Cast, nps: Survey) -> None:
    def cost(first: int, count: int) -> int:
        rows = [InvitationRow(f"I-{first + number}", ago(days=9)) for number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            invited(cast, *rows)
        return len(queries)

    cost(0, 1)
    assert cost(10, 1) == cost(20, 50)


def test_an_invitation_has_a_page_that_leads_to_its_answer(cast: Cast, nps: Survey) -> None:
    invited(cast, InvitationRow("I-1", ago(days=9)))
    address = reverse("feedback:invitation", args=[Invitation.objects.get().pk])
    assert "Not answered" in sign_in(cast.vera).get(address).content.decode()
    answered(cast, ResponseRow("A-1", 10, ago(days=1), invitation_external_id="I-1"))
    answer = reverse("feedback:response", args=[Response.objects.get().pk])
    assert answer in sign_in(cast.vera).get(address).content.decode()
    assert sign_in(cast.dan).get(address).status_code == 404
