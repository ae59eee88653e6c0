"""The REST doors to the token itself and its organization."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import expected_version
from common.api.inputs import read_body
from common.api.resources import Single, answer_alone
from people import services
from people.access import ANY_SCOPE, acting, token_of
from people.choices import Scope
from people.serializers import (
    MeOutput,
    OrganizationOutput,
    OrganizationPatch,
)


class Me(APIView):
    """The token itself."""

    scopes = {"GET": ANY_SCOPE}

    @extend_schema(operation_id="me", responses=MeOutput)
    def get(self, request: Request) -> HttpResponse:
        """Who am I, in which organization, with which scopes, and until when."""
        return answer_alone(request, MeOutput(token_of(request)).data)


class OrganizationResource(Single):
    """The organization of the token."""

    scopes = {"GET": Scope.PEOPLE_READ, "PATCH": Scope.PEOPLE_WRITE}
    output = OrganizationOutput

    @extend_schema(operation_id="organization_read", responses=OrganizationOutput)
    def get(self, request: Request) -> HttpResponse:
        """Read the organization and its calendar."""
        return self.shown(request, acting(request).organization)

    @extend_schema(
        operation_id="organization_change", request=OrganizationPatch, responses=OrganizationOutput
    )
    def patch(self, request: Request) -> Response:
        """Change the organization's name, language or calendar; needs If-Match."""
        version = expected_version(request)
        changes = read_body(OrganizationPatch, request, partial=True)
        return self.changed(services.edit_organization(by=acting(request), version=version, **changes))
