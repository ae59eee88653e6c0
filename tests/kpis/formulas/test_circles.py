"""Formula KPIs that name each other: the circle is named, everything else has an order."""

import random
from graphlib import CycleError
from itertools import pairwise

import pytest

from kpis.formulas import evaluation_order, find_cycle


def test_a_kpi_that_names_itself_is_the_shortest_circle() -> None:
    assert find_cycle("a", {"a": {"a"}}) == ["a", "a"]


def test_a_circle_begins_and_ends_at_the_kpi_asked_about() -> None:
    references = {"a": ["x", "b"], "b": ["c"], "c": ["a", "y"], "x": ["y"]}
    assert find_cycle("a", references) == ["a", "b", "c", "a"]
    assert find_cycle("c", references) == ["c", "a", "b", "c"]
    assert find_cycle("x", references) is None
    assert find_cycle("nothing", references) is None


def test_a_circle_further_on_is_found_too() -> None:
    assert find_cycle("start", {"start": ["a"], "a": ["b"], "b": ["a"]}) in (["a", "b", "a"], ["b", "a", "b"])


def test_a_diamond_is_no_circle() -> None:
    references = {"top": ["left", "right"], "left": ["bottom"], "right": ["bottom"], "bottom": ["csat"]}
    assert find_cycle("top", references) is None
    assert evaluation_order(references) == ["bottom", "left", "right", "top"]


def test_a_chain_of_ten_thousand_is_followed() -> None:
    references = {f"k{number}": [f"k{number + 1}"] for number in range(10_000)}
    assert find_cycle("k0", references) is None
    assert evaluation_order(references)[-1] == "k0"
    circle = find_cycle("k0", references | {"k10000": ["k0"]})
    assert circle is not None
    assert len(circle) == 10_002


def test_a_circle_has_no_order() -> None:
    with pytest.raises(CycleError):
        evaluation_order({"a": ["b"], "b": ["a"]})


@pytest.mark.parametrize("seed", range(60))
def test_random_references_have_an_order_or_a_circle(seed: int) -> None:
    source = random.Random(seed)
    keys = [f"k{number}" for number in range(8)]
    references = {key: set(source.sample([*keys, "leaf"], k=source.randrange(3))) for key in keys[:6]}
    cycles = {key: find_cycle(key, references) for key in keys}
    for start, cycle in cycles.items():
        if cycle is None:
            continue
        assert cycle[0] == cycle[-1]
        assert start == cycle[0] or start not in cycle
        assert all(following in references[key] for key, following in pairwise(cycle))
    if any(cycles.values()):
        with pytest.raises(CycleError):
            evaluation_order(references)
        return
    order = evaluation_order(references)
    assert sorted(order) == sorted(references)
    for key in order:
        assert all(order.index(name) < order.index(key) for name in references[key] if name in references)
