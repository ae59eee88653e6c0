"""Addresses that a request names and a person is then sent to."""

from django.utils.http import url_has_allowed_host_and_scheme


def own_address(wanted: str, otherwise: str) -> str:
    """`wanted` where it is a path of this site; never another site's, and never the name of a view."""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise
