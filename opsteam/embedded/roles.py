"""As whom web and workers use the database: roles that see one organization at a time, see docs/tenancy.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from opsteam.embedded import own_servers
from opsteam.embedded.errors import EmbeddedError
from opsteam.embedded.postgres import EmbeddedPostgres

# As in common.wall.policies, which the supervisor does not load.
WEB: Final = "opsteam_web"
WORKER: Final = "opsteam_worker"
# The variables of the passwords that `manage.py upgrade` gives the roles.
VARIABLES: Final = {WEB: "OPSTEAM_WEB_PASSWORD", WORKER: "OPSTEAM_WORKER_PASSWORD"}


@dataclass(frozen=True)
class Access:
    """The URL with which each role connects, and what a person should know about how well that protects."""

    urls: Mapping[str, str]
    words: tuple[str, ...] = ()


def given(environment: Mapping[str, str]) -> dict[str, str]:
    """The passwords that a person chose for the roles of their own database: none or both, or a refusal."""
    found = {role: environment[name] for role, name in VARIABLES.items() if environment.get(name)}
    if len(found) == 1:
        raise EmbeddedError(f"Give both {' and '.join(VARIABLES.values())}, or neither.")
    return found


def of_embedded(server: EmbeddedPostgres) -> Access:
    """Signed in as the roles, which `manage.py upgrade` has given their passwords."""
    urls = {role: server.url_of(role) for role in VARIABLES}
    refusal = _refusal_of_any(urls)
    if refusal is None:
        return Access(urls)
    return Access(dict.fromkeys(VARIABLES, server.url), _unprotected(refusal))


def of_own(url: str, passwords: Mapping[str, str]) -> Access:
    """Signed in as the roles where their passwords are given, refusing where that fails; else by taking the roles."""
    if passwords:
        urls = {role: signed_in_as(url, role, passwords[role]) for role in VARIABLES}
        if refusal := _refusal_of_any(urls):
            raise EmbeddedError(f"Web and workers cannot sign in with {_all(VARIABLES.values())}: {refusal}")
        return Access(
            urls, (f"web and workers sign in as {_all(VARIABLES)}, which see one organization at a time",)
        )
    urls = {role: acting_as(url, role) for role in VARIABLES}
    refusal = _refusal_of_any(urls)
    if refusal is not None and own_servers.lets_take(url, tuple(VARIABLES)):
        refusal = _refusal_of_any(urls)
    if refusal is not None:
        return Access(dict.fromkeys(VARIABLES, url), _unprotected(refusal))
    return Access(
        urls,
        (
            f"web and workers act as {_all(VARIABLES)}, which see one organization at a time",
            "they sign in as the owner, though: statements of an intruder could become it again; "
            f"{_all(VARIABLES.values())} close that",
        ),
    )


def signed_in_as(url: str, role: str, password: str) -> str:
    """The same database, for who signs in as the role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}").geturl()


def acting_as(url: str, role: str) -> str:
    """The same sign-in, with the rights of the role from the first statement on."""
    parts = urlsplit(url)
    pairs = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    options = f"{unquote(pairs.get('options', ''))} -c role={role}".strip()
    pairs["options"] = quote(options, safe="")
    return parts._replace(query="&".join(f"{name}={value}" for name, value in pairs.items())).geturl()


def _refusal_of_any(urls: Mapping[str, str]) -> str | None:
    return next(filter(None, map(own_servers.refusal_of, urls.values())), None)


def _unprotected(reason: str) -> tuple[str, ...]:
    return (
        "NONE in the database: web and workers act as the owner of the tables, so that only opsteam's own filters",
        f"keep organizations apart ({reason}); docs/tenancy.md says what to do",
    )


def _all(names: Iterable[str]) -> str:
    return " and ".join(names)
