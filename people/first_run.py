"""The link that founds the first organization: signed, valid for two days, and only while there is none."""

from datetime import timedelta

from django.core import signing

from people.selectors import is_founded

VALID_FOR = timedelta(days=2)
_SALT = "people.first_run"


def link_token() -> str:
    """A token for `/setup/<token>/`."""
    return signing.dumps("found", salt=_SALT)


def is_open() -> bool:
    """True while the installation has no organization."""
    return not is_founded()


def admits(token: str) -> bool:
    """True for a token of ours that is young enough, on an installation that is still empty."""
    try:
        signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return False
    return is_open()
