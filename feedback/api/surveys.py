"""The REST doors to surveys, the answers to them and who was asked."""

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Collection, Single, SingleByDigest, new_row
from common.errors import InvalidInput
from feedback import selectors, services
from feedback.filters import InvitationFilter, ResponseFilter, SurveyFilter
from feedback.models import Invitation, Survey
from feedback.models import Response as Answer
from feedback.serializers import (
    InvitationInput,
    InvitationOutput,
    NamesInput,
    ResponseInput,
    ResponseOutput,
    SurveyInput,
    SurveyOutput,
)
from people.access import acting, idempotent
from people.choices import Scope
from people.models import Membership
from people.selectors import NO_SUCH_ROW


class SurveyCollection(Collection):
    """The surveys of the organization."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = SurveyFilter
    output = SurveyOutput
    model = Survey
    address = "feedback-api:survey"

    def rows(self, actor: Membership) -> QuerySet[Survey]:
        """All surveys."""
        return selectors.surveys(actor)

    @extend_schema(operation_id="surveys_list", responses=SurveyOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List surveys."""
        return self.listed(request)

    @extend_schema(operation_id="surveys_create", request=SurveyInput, responses={201: SurveyOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a survey."""
        given = read_body(SurveyInput, request)
        return self.created(services.create_survey(by=acting(request), **given))


class SurveyResource(Single):
    """One survey."""

    scopes = {"GET": Scope.FEEDBACK_READ, "PATCH": Scope.FEEDBACK_WRITE, "DELETE": Scope.FEEDBACK_WRITE}
    output = SurveyOutput

    @extend_schema(operation_id="surveys_read", responses=SurveyOutput)
    def get(self, request: Request, survey_id: int) -> HttpResponse:
        """Read a survey."""
        return self.shown(request, selectors.found(selectors.surveys(acting(request)), survey_id))

    @extend_schema(operation_id="surveys_change", request=NamesInput, responses=SurveyOutput)
    def patch(self, request: Request, survey_id: int) -> Response:
        """Change a survey; needs If-Match."""
        version = expected_version(request)
        changes = read_body(NamesInput, request, partial=True)
        return self.changed(
            services.edit_survey(by=acting(request), survey_id=survey_id, version=version, **changes)
        )

    @extend_schema(operation_id="surveys_delete", responses={204: OpenApiResponse(description="Deleted.")})
    def delete(self, request: Request, survey_id: int) -> Response:
        """Delete a survey; needs If-Match. Refused (409) while it has answers or invitations."""
        version = expected_version(request)
        services.delete_survey(by=acting(request), survey_id=survey_id, version=version)
        return Response(status=204)


class ResponseCollection(Collection):
    """What customers answered."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = ResponseFilter
    output = ResponseOutput
    model = Answer

    def rows(self, actor: Membership) -> QuerySet[Answer]:
        """All of them, with what a row shows."""
        return selectors.responses(actor)

    @extend_schema(operation_id="responses_list", responses=ResponseOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List responses."""
        return self.listed(request)

    @extend_schema(operation_id="responses_create", request=ResponseInput, responses={201: ResponseOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Record a customer's answer."""
        actor, sent = acting(request), read_body(ResponseInput, request)
        made = services.record_response(by=actor, survey=_survey(actor, sent.pop("survey_id")), **sent)
        row = selectors.found(selectors.responses(actor), made.pk)
        return new_row(ResponseOutput(row), "feedback-api:response", made.pk)


class ResponseResource(SingleByDigest):
    """One answer."""

    scopes = {"GET": Scope.FEEDBACK_READ}
    output = ResponseOutput

    @extend_schema(operation_id="responses_read", responses=ResponseOutput)
    def get(self, request: Request, response_id: int) -> HttpResponse:
        """Read one of the responses."""
        return self.shown(request, selectors.response_detail(acting(request), response_id))


class InvitationCollection(Collection):
    """Who was asked."""

    scopes = {"GET": Scope.FEEDBACK_READ, "POST": Scope.FEEDBACK_WRITE}
    filterset_class = InvitationFilter
    output = InvitationOutput
    model = Invitation

    def rows(self, actor: Membership) -> QuerySet[Invitation]:
        """All of them, with what a row shows."""
        return selectors.invitations(actor)

    @extend_schema(operation_id="invitations_list", responses=InvitationOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List invitations."""
        return self.listed(request)

    @extend_schema(
        operation_id="invitations_create", request=InvitationInput, responses={201: InvitationOutput}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Write down that a customer was asked; nothing is sent."""
        actor, sent = acting(request), read_body(InvitationInput, request)
        made = services.invite(by=actor, survey=_survey(actor, sent.pop("survey_id")), **sent)
        row = selectors.found(selectors.invitations(actor), made.pk)
        return new_row(InvitationOutput(row), "feedback-api:invitation", made.pk)


class InvitationResource(SingleByDigest):
    """One invitation."""

    scopes = {"GET": Scope.FEEDBACK_READ}
    output = InvitationOutput

    @extend_schema(operation_id="invitations_read", responses=InvitationOutput)
    def get(self, request: Request, invitation_id: int) -> HttpResponse:
        """Read one of the invitations."""
        return self.shown(request, selectors.invitation_detail(acting(request), invitation_id))


def _survey(actor: Membership, survey_id: int) -> Survey:
    survey = selectors.surveys(actor).filter(pk=survey_id).first()
    if survey is None:
        raise InvalidInput({"survey_id": [NO_SUCH_ROW]})
    return survey
