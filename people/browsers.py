"""What a request tells about the browser behind it: where it is, and whether it is known to be the owner's."""

from secrets import token_hex
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from common.addresses import client_address
from people import services
from people.models import Membership, User
from people.selectors import SESSION_ORGANIZATION
from people.services import Device, Origin

COOKIE: Final = "__Host-device" if settings.HTTPS else "opsteam_device"
_SALT: Final = "people.device"
_YEAR_SECONDS: Final = 365 * 24 * 3600
_MOST_ACCOUNTS: Final = 8
_IPV6_SITE_BITS: Final = 64
SEEN_KEY: Final = "seen_at"
NEW_PLACE_KEY: Final = "from_new_place"


def origin_of(request: HttpRequest, account: str) -> Origin:
    """Where an attempt at this account comes from."""
    return Origin(network=_network_of(request), device=_devices_of(request).get(account, ""))


def device_of(request: HttpRequest) -> Device:
    """The browser as it introduces itself, and its address."""
    address = str(client_address(request) or "0.0.0.0")  # noqa: S104 - an address nobody has
    return Device(agent=request.headers.get("User-Agent", ""), address=address)


def account_of(user: User) -> str:
    """What attempts at this person's account have in common."""
    return services.account_key("password", user.email)


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """From now on this browser is known to be the person's, for a year, whoever else tries from elsewhere."""
    devices = _devices_of(request)
    mine = account_of(user)
    device = devices.pop(mine, "") or token_hex(16)
    kept = dict([*devices.items()][1 - _MOST_ACCOUNTS :])
    response.set_cookie(
        COOKIE,
        signing.dumps({**kept, mine: device}, salt=_SALT, compress=True),
        max_age=_YEAR_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def act_in(request: HttpRequest, place: Membership) -> None:
    """The session acts there from now on, and the next one of theirs begins there.

    Forms opened before are refused, so none lands in another organization.
    """
    request.session[SESSION_ORGANIZATION] = place.organization_id
    services.enter_place(membership=place)
    rotate_token(request)


def keep_seen(request: HttpRequest, user: User) -> None:
    """The list of sessions says when and where this one was last used, to five minutes."""
    seen_at = parse_datetime(str(request.session.get(SEEN_KEY, "")))
    if seen_at is None or not services.is_due_to_be_seen(seen_at):
        return
    list_session(request, user)


def list_session(request: HttpRequest, user: User) -> None:
    """The session is in the person's list, as used now."""
    request.session[SEEN_KEY] = timezone.now().isoformat()
    if request.session.session_key is None:
        request.session.save()
    key = str(request.session.session_key)
    services.remember_session(user=user, session_key=key, device=device_of(request))


def _devices_of(request: HttpRequest) -> dict[str, str]:
    try:
        devices: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_YEAR_SECONDS)
    except signing.BadSignature:
        return {}
    return dict(devices)


def _network_of(request: HttpRequest) -> str:
    """An IPv4 address, or the /64 that one IPv6 customer has."""
    address = client_address(request)
    if address is None:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(int(address) >> _IPV6_SITE_BITS) + "/64"
