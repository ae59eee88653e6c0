"""Queries that are put together once: what is asked for again differs by the values in it only.

Building a statement of many parts takes Django longer than PostgreSQL needs to answer it. Here it is built with
stand-ins; each reading puts its own values in their places. The rows are those that the query set itself would give.
"""

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row")
Fact = int | date | datetime

# Values that no row has. A day or moment may stand in the statement moved by some years at most, as in "a week later".
FIRST_NUMBER = 8_600_000_000_000_000_001
FIRST_YEAR, YEARS_APART, MOST_MOVED = 1000, 20, timedelta(days=5 * 366)
MOST_KEPT = 200
_kept: dict[Hashable, "_Prepared"] = {}


def prepared(build: Callable[..., QuerySet[Any, Row]], *shape: Hashable, **facts: Fact) -> list[Row]:
    """The rows of `build(*shape, **facts)`, where nothing but the values of `facts` may differ from call to call.

    They are models without prefetches, or the tuples of `values_list`.

    Facts are ids, days and moments; whatever else the statement depends on is in `shape`. Each fact must be a parameter
    of the statement, or this refuses it: what does not narrow the rows would show too many of them.
    """
    key = (build.__module__, build.__qualname__, shape, tuple(sorted(facts)))
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = _Prepared(build, shape, facts)
    found: list[Row] = _kept[key].rows(facts)
    return found


class _Prepared:
    def __init__(
        self, build: Callable[..., QuerySet[Any, Any]], shape: Sequence[Hashable], facts: dict[str, Fact]
    ) -> None:
        stand_ins = {name: _stand_in(facts[name], place) for place, name in enumerate(sorted(facts))}
        rows: Any = build(*shape, **stand_ins)
        self._model = rows.model
        self._are_tuples = rows._fields is not None
        self._compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, found = self._compiler.as_sql()
        self._places = [_place(each, stand_ins) for each in found]
        if {name for name, _moved in self._places if name} != set(facts) or str(FIRST_NUMBER)[
            :12
        ] in self._sql:
            raise ValueError(f"Not every fact of {build.__qualname__} is a parameter of its statement.")

    def rows(self, facts: dict[str, Fact]) -> list[Any]:
        parameters = tuple(
            moved if not name else facts[name] if moved is None else facts[name] + moved
            for name, moved in self._places
        )
        compiler = copy(self._compiler)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.as_sql = lambda *_given, **_named: (self._sql, parameters)
        if self._are_tuples:
            return list(compiler.results_iter(tuple_expected=True))
        query = SimpleNamespace(get_compiler=lambda using=None: compiler)
        source: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS, query=query, model=self._model, _known_related_objects={}
        )
        return list(ModelIterable(source))


def _stand_in(fact: Fact, place: int) -> Fact:
    if isinstance(fact, datetime):
        return datetime(FIRST_YEAR + YEARS_APART * place, 1, 1, tzinfo=UTC)
    if isinstance(fact, date):
        return date(FIRST_YEAR + YEARS_APART * place, 1, 1)
    return FIRST_NUMBER + place


def _place(parameter: Any, stand_ins: dict[str, Fact]) -> tuple[str, Any]:
    """The fact that a parameter stands for and how far it is moved, or no fact and the parameter itself."""
    stand_in: Any
    for name, stand_in in stand_ins.items():
        if type(parameter) is not type(stand_in):
            continue
        if isinstance(stand_in, date):
            moved = parameter - stand_in
            if abs(moved) < MOST_MOVED:
                return name, moved
        elif parameter == stand_in:
            return name, None
    return "", parameter
