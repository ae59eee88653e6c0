"""API tokens: `Authorization: Bearer ops_<id>_<secret>`."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from people import services
from people.models import ApiToken, User


class TokenAuthentication(BaseAuthentication):
    """Accepts a live token of an active membership and sets `request.membership`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None without a bearer header; refuses an unknown, expired or revoked token with the same words."""
        scheme, _space, presented = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        token = services.use_token(presented.decode("ascii", "replace").strip())
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked. Make a new one."))
        request._request.membership = token.membership  # type: ignore[attr-defined] # read by the API views
        return token.membership.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 instead of 403."""
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself when it is defined
    """How the API schema describes the tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Bearer, as in RFC 6750."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ops_<id>_<secret>"}
