"""Which organization the present request, job or command acts for, and who asks; the database is told with its next
statement.

See docs/tenancy.md and `common.postgresql`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Part = TypeVar("Part")

NONE = ""
ALL = "*"

_present: ContextVar[str] = ContextVar("organization", default=NONE)
_person: ContextVar[str] = ContextVar("person", default=NONE)


def present() -> str:
    """The id of the organization, `*` in a job that looks across all, or "" where no row may be seen."""
    return _present.get()


def presence() -> tuple[str, str]:
    """What the database is told: `present()`, and the account that is seen besides those of its members.

    The account is that of who asks, `*` where it is being found out who somebody is, or "".
    """
    return _present.get(), _person.get()


@contextmanager
def acting_for(organization_id: int) -> Iterator[None]:
    """What happens inside sees and writes rows of this organization only."""
    with _as(str(int(organization_id))):
        yield


@contextmanager
def across_organizations() -> Iterator[None]:
    """What happens inside sees the rows of all organizations, in a worker; elsewhere it sees none.

    For jobs that look for work; `opsteam.schedule.ACROSS_ORGANIZATIONS` names every one of them.
    """
    with _as(ALL):
        yield


@contextmanager
def in_no_organization() -> Iterator[None]:
    """What happens inside sees no row of any organization and nobody's account, until it enters one."""
    with _as(NONE), _with_person(NONE):
        yield


@contextmanager
def among_all_people() -> Iterator[None]:
    """What happens inside sees the accounts of everybody, whatever organization is present.

    For finding out who somebody is, or whether an address is taken. Keep it short: `tests/tenancy` names every place.
    """
    with _with_person(ALL):
        yield


def meet(person_id: int) -> None:
    """From here to the end of the request, the account that the session names is seen, in any organization or none."""
    _person.set(str(int(person_id)))


def enter(organization_id: int) -> None:
    """From here to the end of the request, rows of this organization; only where the request proved who asks."""
    _present.set(str(int(organization_id)))


def kept(parts: Iterable[Part]) -> Iterator[Part]:
    """The same parts, each made as who is present now: a streamed body outlives its request."""
    # Both are read here: the generator below begins to run with its first part.
    return _kept(iter(parts), *presence())


def _kept(parts: Iterator[Part], organization: str, person: str) -> Iterator[Part]:
    try:
        while True:
            with _as(organization), _with_person(person):
                try:
                    part = next(parts)
                except StopIteration:
                    return
            yield part
    finally:
        if hasattr(parts, "close"):
            parts.close()


@contextmanager
def _as(organization: str) -> Iterator[None]:
    token = _present.set(organization)
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def _with_person(person: str) -> Iterator[None]:
    token = _person.set(person)
    try:
        yield
    finally:
        _person.reset(token)
