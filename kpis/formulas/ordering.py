"""Formulas that name each other: refused in a circle, otherwise computed after what they name."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import cast

References = Mapping[str, Collection[str]]


def find_cycle(start: str, references: References) -> list[str] | None:
    """A circle that `start` runs into: keys, each naming the next, the first again at the end; else None."""
    reached: dict[str, list[str]] = {}
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached[key] = sorted(references.get(key, ()))
            waiting.extend(reached[key])
    try:
        TopologicalSorter(reached).prepare()
    except CycleError as error:
        # graphlib lists it against the direction of the references, from the first key it came to: `start`.
        return cast("list[str]", error.args[1])[::-1]
    return None


def evaluation_order(references: References) -> list[str]:
    """The keys of `references` so that each comes after those it names; raises graphlib.CycleError on a circle."""
    graph = {key: sorted(references[key]) for key in sorted(references)}
    return [key for key in TopologicalSorter(graph).static_order() if key in references]
