"""The share of `make test`: every door is attacked, and every kind of door meets the whole corpus."""

from collections.abc import Callable, Iterator

import pytest

from tests.hostile.dealing import dealt, spread
from tests.hostile.described import replaced

DOORS = [("date", "from"), ("date", "to"), *(("text", f"field {number}") for number in range(5))]
CORPUS = ["a", "b", "c"]


def test_every_door_has_a_share_and_every_kind_all() -> None:
    pairs = list(dealt(DOORS, CORPUS, is_full=False))
    assert {door for door, _bad in pairs} == {door for _kind, door in DOORS}
    for kind in ("date", "text"):
        assert {bad for door, bad in pairs if (kind, door) in DOORS} == set(CORPUS)
    assert len(pairs) == 3 + 5


def test_what_is_spread_reaches_every_kind_whole_and_different_doors() -> None:
    pairs = list(spread(DOORS, CORPUS, is_full=False))
    for kind, doors in (("date", 2), ("text", 3)):
        assert {bad for door, bad in pairs if (kind, door) in DOORS} == set(CORPUS)
        assert len({door for door, _bad in pairs if (kind, door) in DOORS}) == doors
    assert len(pairs) == 3 + 3


@pytest.mark.parametrize("share", [dealt, spread])
def test_asked_for_everything_each_door_has_all(share: Callable[..., Iterator[object]]) -> None:
    assert len(set(share(DOORS, CORPUS, is_full=True))) == len(DOORS) * len(CORPUS)


def test_something_bad_gets_to_its_place_and_nowhere_else() -> None:
    body = {"rows": [{"id": 1, "fields": {"title": "x"}}, {"id": 2}], "name": "y"}
    assert replaced(body, ("rows", 0, "fields", "title"), "bad") == {
        "rows": [{"id": 1, "fields": {"title": "bad"}}, {"id": 2}],
        "name": "y",
    }
    assert replaced({}, ("key_results", 0, "name"), "bad") == {"key_results": [{"name": "bad"}]}
