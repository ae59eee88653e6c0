"""Small functions in small files: the limits of docs/architecture.md."""

from statistics import quantiles

import pytest

from tests.architecture.source import APPS, files, functions, name

FUNCTION_LINES, FUNCTION_P90 = 50, 25
FILE_LINES, FILE_P90 = 400, 250
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py"}

SOURCES = [path for path in files(*APPS, "tests", "tools", "bench") if "migrations" not in path.parts]


@pytest.fixture(scope="module")
def lengths() -> dict[str, int]:
    """How many lines every function has."""
    return {
        f"{name(path)}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path in SOURCES
        for function in functions(path)
    }


def test_no_function_is_longer_than_fifty_lines(lengths: dict[str, int]) -> None:
    assert {where: lines for where, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_nine_functions_in_ten_are_short(lengths: dict[str, int]) -> None:
    assert len(lengths) > 100
    assert quantiles(lengths.values(), n=10)[-1] <= FUNCTION_P90


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {where: lines for where, lines in lengths.items() if lines > FILE_LINES} == {}
    assert quantiles(lengths.values(), n=10)[-1] <= FILE_P90


def test_no_file_is_named_for_nothing() -> None:
    assert [name(path) for path in SOURCES if path.name in FORBIDDEN_NAMES] == []
