"""Which door gets which part of the corpus: in `make test` a share, in `make hostile` everything.

Doors of one kind lead into the same code: the parser of all bodies, the fields of one type, the filters of one name.
In a share every door is attacked, and the doors of each kind together get the whole corpus.
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
    """Pairs of a door, given with its kind, and something bad for it."""
    by_kind: defaultdict[Hashable, list[Door]] = defaultdict(list)
    for kind, door in doors:
        by_kind[kind].append(door)
    for of_kind in by_kind.values():
        if is_full:
            yield from product(of_kind, corpus)
        else:
            for turn in range(max(len(of_kind), len(corpus))):
                yield of_kind[turn % len(of_kind)], corpus[turn % len(corpus)]
