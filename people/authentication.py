"""API tokens: `Authorization: Bearer ops_<id>_<secret>`."""

from ipaddress import ip_network

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from common.addresses import Address, client_address
from common.api.limits import Quota, take
from common.tenancy import enter
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
        if not is_welcome(token, client_address(request._request)):
            raise AuthenticationFailed(_("This token does not work from your network address."))
        take(request._request, quotas_of(token))
        enter(token.organization_id)
        request._request.membership = token.membership  # type: ignore[attr-defined] # read by the API views
        return token.membership.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 instead of 403."""
        return "Bearer"


def is_welcome(token: ApiToken, address: Address | None) -> bool:
    """Whether the token may be used from there: anywhere where it names no networks."""
    if not token.allowed_networks:
        return True
    return address is not None and any(address in ip_network(each) for each in token.allowed_networks)


def quotas_of(token: ApiToken) -> list[Quota]:
    """What each request of the token counts against."""
    return [
        Quota("token", f"token:{token.pk}", settings.API_LIMIT_PER_TOKEN),
        Quota("organization", f"organization:{token.organization_id}", settings.API_LIMIT_PER_ORGANIZATION),
    ]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself when it is defined
    """How the API schema describes the tokens."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Bearer, as in RFC 6750."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ops_<id>_<secret>"}
