"""The share of `make test`: every door is attacked, and every kind of door meets the whole corpus."""

from tests.hostile.dealing import dealt
from tests.hostile.described import replaced

DOORS = [("date", "from"), ("date", "to"), *(("text", f"field {number}") for number in range(5))]
CORPUS = ["a", "b", "c"]


def test_every_door_has_a_share_and_every_kind_all() -> None:
    pairs = list(dealt(DOORS, CORPUS, is_full=False))
    assert {door for door, _bad in pairs} == {door for _kind, door in DOORS}
    for kind in ("date", "text"):
        assert {bad for door, bad in pairs if (kind, door) in DOORS} == set(CORPUS)
    assert len(pairs) == 3 + 5


def test_asked_for_everything_each_door_has_all() -> None:
    assert len(set(dealt(DOORS, CORPUS, is_full=True))) == len(DOORS) * len(CORPUS)


def test_something_bad_gets_to_its_place_and_nowhere_else() -> None:
    body = {"rows": [{"id": 1, "fields": {"title": "x"}}, {"id": 2}], "name": "y"}
    assert replaced(body, ("rows", 0, "fields", "title"), "bad") == {
        "rows": [{"id": 1, "fields": {"title": "bad"}}, {"id": 2}],
        "name": "y",
    }
    assert replaced({}, ("key_results", 0, "name"), "bad") == {"key_results": [{"name": "bad"}]}
