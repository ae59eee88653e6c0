"""Which organization the present request, job or command acts for; the database is told with its next statement.

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


def present() -> str:
    """The id of the organization, `*` in a job that looks across all, or "" where no row may be seen."""
    return _present.get()


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
    """What happens inside sees no row of any organization, until it enters one."""
    with _as(NONE):
        yield


def enter(organization_id: int) -> None:
    """From here to the end of the request, rows of this organization; only where the request proved who asks."""
    _present.set(str(int(organization_id)))


def kept(parts: Iterable[Part]) -> Iterator[Part]:
    """The same parts, each made in the organization that is present now: a streamed body outlives its request."""
    # The organization is read here: the generator below begins to run with its first part.
    return _kept(iter(parts), present())


def _kept(parts: Iterator[Part], organization: str) -> Iterator[Part]:
    try:
        while True:
            with _as(organization):
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
