"""The REST doors to people."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from people.access import ANY_SCOPE, token_of
from people.serializers import MeOutput


class Me(APIView):
    """The token itself."""

    scopes = {"GET": ANY_SCOPE}

    @extend_schema(operation_id="me", responses=MeOutput)
    def get(self, request: Request) -> Response:
        """Who am I, in which organization, with which scopes, and until when."""
        return Response(MeOutput(token_of(request)).data)
