"""The client of the organization's OpenID Connect provider. It talks to the provider inside the request, as it must."""

from typing import Any, Final

from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

PROVIDER: Final = "oidc"


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc] # allauth has no types of its own
    """The provider sends people back to SITE_URL, whatever host a request claims."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Built from the settings only."""
        return settings.SITE_URL + reverse("people:provider-answer")


class _Provider(OpenIDConnectProvider):  # type: ignore[misc] # allauth has no types of its own
    """As it comes, but sends people back as above."""

    oauth2_adapter_class = _Adapter


# As an installed app it would load the client library in every process.
registry.register(_Provider)


def login(request: HttpRequest) -> HttpResponse:
    """A redirection to the provider."""
    answer: HttpResponse = OAuth2LoginView.adapter_view(_Adapter(request, PROVIDER))(request)
    return answer


def callback(request: HttpRequest) -> HttpResponse:
    """A session for whom the provider vouches, or the sign-in page with the reason."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(_Adapter(request, PROVIDER))(request)
    return answer
