"""What allauth, the engine of signing in, asks of us: addresses, links, encryption, and whom to let in."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from common.addresses import client_address, own_address
from common.errors import Refusal
from common.secrets import decrypt, encrypt
from people import services
from people.browsers import NEW_PLACE_KEY, device_of, list_session, remember_browser
from people.choices import AccountMailKind
from people.selectors import SESSION_ORGANIZATION, places_of

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin

LONGEST_AGENT: Final = 200


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types of its own
    """Nobody signs up by themselves, nothing is mailed from a request, and no address comes from a header."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """As the trusted proxies say."""
        return str(client_address(request) or "0.0.0.0")  # noqa: S104 - an address nobody has

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by invitation."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only paths of ours."""
        return bool(url) and own_address(url, "") == url

    def add_message(self, *_args: Any, **_facts: Any) -> None:
        """Our pages say what happened."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails are rows that workers send: see `people.services.account_mail`."""
        raise NotImplementedError(template_prefix)

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        """The session is listed, the browser is known from now on, and a sign-in from a new place is told."""
        response = cast("HttpResponse", super().post_login(request, user, **facts))
        list_session(request, user)
        if places := places_of(user):
            request.session.setdefault(SESSION_ORGANIZATION, places[0].organization_id)
        remember_browser(request, response, user)
        if request.session.pop(NEW_PLACE_KEY, False):
            device = device_of(request)
            services.request_mail(
                AccountMailKind.NEW_DEVICE,
                email=user.email,
                user=user,
                agent=device.agent[:LONGEST_AGENT],
                address=device.address,
            )
        return response

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """The same words as for a wrong password."""
        messages.error(request, _("This account cannot be used any more."))
        return redirect("people:sign-in")


class TwoStepAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types of its own
    """Secrets are encrypted, and passkeys belong to the host of SITE_URL, whatever a request claims."""

    def encrypt(self, text: str) -> str:
        """As `common.secrets` does."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """As `common.secrets` does."""
        return decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that passkeys are bound to."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": "opsteam"}


class OidcAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types of its own
    """Somebody the organization's provider vouches for becomes an account here, or is told why not."""

    def pre_social_login(self, request: HttpRequest, sociallogin: "SocialLogin") -> None:
        """A person not seen before is matched to an account, an invitation or the configured organization."""
        if sociallogin.is_existing:
            return
        email, is_verified = _vouched_address(sociallogin)
        name = str(sociallogin.account.extra_data.get("userinfo", {}).get("name") or "")
        try:
            user = services.admit_by_oidc(email=email, is_verified=is_verified, name=name)
        except Refusal as refused:
            messages.error(request, str(refused.detail))
            raise ImmediateHttpResponse(redirect("people:sign-in")) from refused
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, *_args: Any, **_facts: Any) -> None:
        """Back to the sign-in page, in our own words."""
        messages.error(request, _("Signing in there did not work. Please try again."))
        raise ImmediateHttpResponse(redirect("people:sign-in"))


def can_use_passkeys() -> bool:
    """Browsers bind passkeys to a host name under https, or to localhost; never to an IP address."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return site.scheme == "https" or host == "localhost"
    return False


def _vouched_address(sociallogin: "SocialLogin") -> tuple[str, bool]:
    """The address of the provider's answer, and whether the provider says it has proved it."""
    for address in sociallogin.email_addresses:
        return address.email, address.verified is True
    return "", False
