"""Bad combinations of settings, and a database that would lose what it acknowledged."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

SHORTEST_KEY = 32
SAMPLE_WORDS = ("insecure", "change-me", "changeme", "example", "secret-key", "only-for-tests")
LOCAL_NAMES = ("localhost", "testserver")


@register(Tags.security)
def production_is_safe(**_options: Any) -> list[CheckMessage]:
    """Errors for a weak key, any host, or DEBUG in production; a warning for a public site without https."""
    return list(_production_problems()) if settings.MODE == "production" else []


def _production_problems() -> Iterator[CheckMessage]:
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < 8 or any(word in key.lower() for word in SAMPLE_WORDS):
        yield Error(
            "OPSTEAM_SECRET_KEY is short or a sample.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(48))"',
            id="opsteam.E001",
        )
    if any(len(each) < SHORTEST_KEY or len(set(each)) < 8 for each in settings.ENCRYPTION_KEYS):
        yield Error(
            "OPSTEAM_ENCRYPTION_KEYS holds a key that is short or a sample.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(48))"',
            id="opsteam.E005",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "OPSTEAM_ALLOWED_HOSTS accepts any host name.", hint="Name your hosts.", id="opsteam.E002"
        )
    if settings.DEBUG:
        yield Error("DEBUG shows settings and code to anybody.", id="opsteam.E003")
    if not settings.HTTPS and not _is_local(urlsplit(settings.SITE_URL).hostname or ""):
        yield checks.Warning(
            "OPSTEAM_SITE_URL is http on a host that others can reach: passwords and tokens travel unencrypted.",
            hint="Put a server with a certificate in front and say https.",
            id="opsteam.W001",
        )


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES or host.endswith(".localhost")


@register(Tags.database)
def database_keeps_its_word(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """In production, an error where a commit may be lost in a crash (`fsync` or `full_page_writes` off)."""
    if settings.MODE != "production":
        return []
    return [problem for alias in databases or [] for problem in durability_problems(alias)]


@register(Tags.database, deploy=True)
def organizations_are_kept_apart(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """In production, an error where row-level security does not hold for who is connected; see docs/tenancy.md."""
    if settings.MODE != "production":
        return []
    return [problem for alias in databases or [] for problem in wall_problems(alias)]


def wall_problems(alias: str) -> list[CheckMessage]:
    """An error per right by which the role of the connection passes row-level security."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles AS r WHERE rolname = current_user"
        )
        role, *rights = cursor.fetchone()
    ways = ("is a superuser", "has BYPASSRLS", "owns tables")
    return [
        Error(
            f"The database role {role} {way}: nothing but opsteam's own filters keeps organizations apart.",
            hint="Give web and workers the roles that `manage.py upgrade` makes; see docs/tenancy.md.",
            id="opsteam.E005",
        )
        for way, has_it in zip(ways, rights, strict=True)
        if has_it
    ]


def refuse_without_wall() -> None:
    """Ends a web server or worker of production that would start without row-level security.

    A database that cannot be asked now is no reason: it may be starting too.
    """
    if settings.MODE != "production":
        return
    try:
        problems = wall_problems("default")
    except DatabaseError:
        return
    finally:
        connections["default"].close()
    if problems:
        raise SystemExit("\n".join(f"{problem.msg} {problem.hint}" for problem in problems))


def durability_problems(alias: str) -> list[CheckMessage]:
    """An error per server setting that trades durability for speed."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes')"
        )
        return [
            Error(f"The database runs with {name}=off and loses data in a crash.", id="opsteam.E004")
            for (name,) in cursor.fetchall()
        ]
