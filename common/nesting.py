"""Rows of another table as a column of a row, so that one statement reads both."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    ExpressionWrapper,
    F,
    Field,
    IntegerField,
    JSONField,
    Model,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject

Row = TypeVar("Row", bound=Model)


class Exact(json.JSONDecoder):
    """Numbers as the database wrote them, to the last digit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "parse_float": Decimal})


def nested(rows: QuerySet[Any, Any], **columns: Any) -> ArraySubquery:
    """The rows of a query, which may name the outer one, in their order: mappings of `columns`, or of all its own."""
    wanted = columns or {name: F(name) for name in _names(rows.model)}
    row = ExpressionWrapper(JSONObject(**wanted), output_field=JSONField(decoder=Exact))
    return ArraySubquery(rows.values(nested_row=row))


def counted(rows: QuerySet[Any, Any]) -> Coalesce:
    """How many rows a query that may name the outer one has."""
    number = rows.order_by().values("organization_id").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), Value(0))


def revived(model: type[Row], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The models of `nested` rows that were read with all their own columns."""
    fields = model._meta.concrete_fields
    names = _names(model)
    return [
        model.from_db(None, names, [_python(field, row[field.attname]) for field in fields]) for row in rows
    ]


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _python(field: "Field[Any, Any]", value: Any) -> Any:
    if isinstance(field, ArrayField) and value is not None:
        return [field.base_field.to_python(each) for each in value]
    return field.to_python(value)
