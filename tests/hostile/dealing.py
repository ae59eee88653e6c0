"""Which door gets which part of the corpus: in `make test` a share, in `make hostile` everything.

Doors of one kind lead into the same code: the parser of all bodies, the fields of one type, the filters of one name.
In a share the doors of each kind together get the whole corpus: with `dealt` every door is attacked, with `spread` each
bad thing is sent once, for doors that are attacked anyhow.
"""

import os
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import product
from typing import TypeVar

IS_FULL = os.environ.get("OPSTEAM_HOSTILE") == "full"
Door = TypeVar("Door")
Bad = TypeVar("Bad")


def dealt(
    doors: Iterable[tuple[Hashable, Door]], corpus: Sequence[Bad], *, is_full: bool = IS_FULL
) -> Iterator[tuple[Door, Bad]]:
    """Pairs of a door, given with its kind, and something bad for it; each door has one at least."""
    for of_kind in _by_kind(doors):
        if is_full:
            yield from product(of_kind, corpus)
        else:
            for turn in range(max(len(of_kind), len(corpus))):
                yield of_kind[turn % len(of_kind)], corpus[turn % len(corpus)]


def spread(
    doors: Iterable[tuple[Hashable, Door]], corpus: Sequence[Bad], *, is_full: bool = IS_FULL
) -> Iterator[tuple[Door, Bad]]:
    """Such pairs, with each bad thing once for a kind and its doors as far apart as they are many."""
    for of_kind in _by_kind(doors):
        if is_full:
            yield from product(of_kind, corpus)
        else:
            stride = max(len(of_kind) // len(corpus), 1)
            for turn, bad in enumerate(corpus):
                yield of_kind[turn * stride % len(of_kind)], bad


def _by_kind(doors: Iterable[tuple[Hashable, Door]]) -> Iterable[list[Door]]:
    by_kind: defaultdict[Hashable, list[Door]] = defaultdict(list)
    for kind, door in doors:
        by_kind[kind].append(door)
    return by_kind.values()
