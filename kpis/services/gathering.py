"""Facts of many rows that change in one transaction, derived and stored once at its end."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Gathered = defaultdict[tuple[str, int], dict[int, None]]

_gathered: ContextVar[Gathered | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[Gathered]:
    """Collects what `put_off` is told until the block ends; a block that raises forgets what was told inside it."""
    outer, own = _gathered.get(), Gathered(dict)
    token = _gathered.set(own)
    try:
        yield own
    finally:
        _gathered.reset(token)
    if outer is not None:
        for place, ids in own.items():
            outer[place].update(ids)


def is_gathering() -> bool:
    """Whether a block around this one collects too."""
    return _gathered.get() is not None


def put_off(source: str, organization_id: int, ids: Collection[int]) -> bool:
    """True where the facts of these rows will be stored at the end of a block; False where nobody collects."""
    gathered = _gathered.get()
    if gathered is None:
        return False
    gathered[source, organization_id].update(dict.fromkeys(ids))
    return True
