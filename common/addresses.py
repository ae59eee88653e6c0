"""Addresses that a request names, and the one it comes from."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

Address = IPv4Address | IPv6Address


def own_address(wanted: str, otherwise: str) -> str:
    """`wanted` where it is a path of this site; never another site's, and never the name of a view."""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise


def client_address(request: HttpRequest) -> Address | None:
    """Where the request comes from, as the outermost of `TRUSTED_PROXIES` saw it; None where nobody can tell.

    Each trusted proxy adds the address it was called from to the end of X-Forwarded-For, so whatever stands before
    the entries of ours was written by the client and proves nothing.
    """
    named = request.headers.get("X-Forwarded-For", "").split(",") if settings.TRUSTED_PROXIES else []
    told = [*filter(None, map(str.strip, named)), request.META.get("REMOTE_ADDR", "")]
    return _parsed(told[-1 - settings.TRUSTED_PROXIES]) if len(told) > settings.TRUSTED_PROXIES else None


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
