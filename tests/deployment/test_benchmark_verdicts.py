"""A benchmark judges each row at the size its bound is for, and says where it does not."""

from bench.report import limit, markdown, of_full, speedup
from bench.sizes import FULL, SMALL


def test_a_bound_for_the_full_size_is_not_judged_at_another() -> None:
    slow = speedup("reads", 2.0, "ms", 4.0, at_least=5)
    assert (of_full(FULL, slow).ok, of_full(SMALL, slow).ok) == (False, None)
    table = markdown(
        [of_full(SMALL, slow), of_full(FULL, slow), limit("waits", 1, "s", at_most=2)], "small", "18"
    )
    assert [line.split(" | ")[-1] for line in table.splitlines()[-3:]] == [
        "not judged at this size |",
        "**missed** |",
        "ok |",
    ]
    assert "≥ 5× faster" in table.splitlines()[-3]
