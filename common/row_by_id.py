"""Reading one row with its links by SQL that is made once: making it anew took a quarter of reading a task by API."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class _Somebody:
    """Stands for whoever asks while the SQL is made."""

    organization_id: int = -1


@dataclass(frozen=True, slots=True)
class _Ready:
    """The SQL, and how a row of its answer becomes a model with its links."""

    sql: str
    model: type[Model]
    names: Sequence[str]
    populators: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class RowById(Generic[Row]):
    """One of the rows that an actor sees, by its id, with all that is selected along with it.

    `rows` narrows to the actor's organization and follows links by `select_related`, and does nothing else.
    """

    def __init__(self, rows: Callable[[Any], QuerySet[Row]]) -> None:
        self._rows = rows

    def find(self, organization_id: int, row_id: int) -> Row | None:
        """The row, or None where nobody of the organization sees one with this id. One query."""
        ready = self._ready
        with connection.cursor() as cursor:
            cursor.execute(ready.sql, [organization_id, row_id])
            found = cursor.fetchone()
        if found is None:
            return None
        values = list(found)
        for place, converters, expression in ready.converters:
            for convert in converters:
                values[place] = convert(values[place], expression, connection)
        row: Any = ready.model.from_db(DEFAULT_DB_ALIAS, ready.names, values[: len(ready.names)])
        for populator in ready.populators:
            populator.populate(values, row)
        made: Row = row
        return made

    @cached_property
    def _ready(self) -> _Ready:
        rows = self._rows(_Somebody()).filter(pk=-2).order_by()
        compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        told, select = compiler.klass_info, compiler.select
        own = told["select_fields"]
        if tuple(parameters) != (-1, -2) or compiler.annotation_col_map or own[0] != 0:
            raise TypeError("These rows are not narrowed to an organization alone, or hold more than models.")
        return _Ready(
            sql=sql,
            model=told["model"],
            names=[select[place][0].target.attname for place in own],
            populators=get_related_populators(told, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg] # of Django 5.2
            converters=[
                (place, *found)
                for place, found in compiler.get_converters([each[0] for each in select]).items()
            ],
        )
