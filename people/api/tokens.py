"""The REST doors to one's own tokens."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api.conditional import content_etag
from common.api.inputs import read_body
from common.api.resources import Collection, SingleByDigest, told_with_digest
from people import selectors, services
from people.access import ANY_SCOPE, acting, idempotent, token_of
from people.choices import Scope
from people.models import ApiToken, Membership
from people.serializers import (
    NewTokenOutput,
    RotationInput,
    TokenInput,
    TokenOutput,
)


class TokenCollection(Collection):
    """The member's own tokens."""

    scopes = {"GET": ANY_SCOPE, "POST": Scope.TOKENS_WRITE}
    output = TokenOutput
    model = ApiToken

    def rows(self, actor: Membership) -> QuerySet[ApiToken]:
        """One's own tokens, also those that no longer work."""
        return selectors.tokens_of(actor)

    @extend_schema(operation_id="tokens_list", responses=TokenOutput(many=True))
    def get(self, request: Request) -> HttpResponse:
        """List your own tokens, without their secrets."""
        return self.listed(request)

    @extend_schema(operation_id="tokens_create", request=TokenInput, responses={201: NewTokenOutput})
    def post(self, request: Request) -> Response:
        """Make a token that may do no more than this one, and no longer. Its secret is shown this once."""
        given = read_body(TokenInput, request)
        token, secret = services.create_token(by=acting(request), through=token_of(request), **given)
        response = _with_secret(token, secret, status=201)
        response["Location"] = reverse("people-api:token", args=[token.pk])
        return response


class TokenResource(SingleByDigest):
    """One of the member's own tokens."""

    scopes = {"GET": ANY_SCOPE}
    output = TokenOutput

    @extend_schema(operation_id="tokens_read", responses=TokenOutput)
    def get(self, request: Request, token_id: int) -> HttpResponse:
        """Read one of your tokens."""
        return self.shown(request, selectors.get_token(acting(request), token_id))


class TokenRevocation(APIView):
    """The end of a token."""

    scopes = {"POST": Scope.TOKENS_WRITE}

    @extend_schema(operation_id="tokens_revoke", request=None, responses=TokenOutput)
    @idempotent
    def post(self, request: Request, token_id: int) -> Response:
        """One of your tokens stops working at once."""
        actor = acting(request)
        services.revoke_token(by=actor, token_id=selectors.get_token(actor, token_id).pk)
        return told_with_digest(TokenOutput(selectors.get_token(actor, token_id)).data)


class TokenRotation(APIView):
    """A new secret for a token."""

    scopes = {"POST": Scope.TOKENS_WRITE}

    @extend_schema(operation_id="tokens_rotate", request=RotationInput, responses=NewTokenOutput)
    def post(self, request: Request, token_id: int) -> Response:
        """Give this token, or one that may do no more, a new secret; the present one works for `overlap_hours` more."""
        given = read_body(RotationInput, request)
        token, secret = services.rotate_token(
            by=acting(request), token_id=token_id, through=token_of(request), **given
        )
        return _with_secret(token, secret)


def _with_secret(token: ApiToken, secret: str, status: int = 200) -> Response:
    """The token with its secret, which nothing on the way may keep, under the ETag that it has without."""
    shown: dict[str, Any] = TokenOutput(token).data
    headers = {"Cache-Control": "no-store", "ETag": content_etag(shown)}
    return Response({**shown, "secret": secret}, status=status, headers=headers)
