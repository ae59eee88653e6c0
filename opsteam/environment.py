"""Typed reading of environment variables; a bad value stops the start with a sentence that says which and why."""

import os
from ipaddress import ip_network
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's value; refuses to start where it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None or (value == "" and default is None):
        raise ImproperlyConfigured(
            f"The environment variable {name} is not set; opsteam cannot start without it."
        )
    return value


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`; refuses any other value."""
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def whole_number(name: str, default: int, *, lowest: int = 0) -> int:
    """A whole number of at least `lowest`; refuses anything else."""
    value = text(name, str(default))
    if not value.isdecimal() or int(value) < lowest:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be a whole number of at least {lowest}.")
    return int(value)


def numbers(name: str, defaults: dict[str, int]) -> dict[str, int]:
    """Whole numbers by name, from `messages=60,tokens=0` over the defaults; refuses other names and values."""
    found = dict(defaults)
    for part in names(name):
        what, _sign, value = part.partition("=")
        if what not in defaults or not value.isdecimal():
            raise ImproperlyConfigured(f"{name} has {part!r}; it takes {', '.join(defaults)} as name=number.")
        found[what] = int(value)
    return found


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(name: str) -> tuple[str, ...]:
    """A comma-separated list of networks such as 10.0.0.0/8; refuses anything else."""
    given = names(name)
    try:
        return tuple(str(ip_network(each)) for each in given)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must name networks such as 10.0.0.0/8: {error}.") from error


def database(name: str) -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name` (host may be `?host=/socket/dir`)."""
    parts = urlsplit(text(name))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/name.")
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "common.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": {key: unquote(value) for key, value in query.items()},
    }
