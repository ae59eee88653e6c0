"""A row of every model in an organization, made from the fields of the models, with a mark in every text."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ForeignKey, Model

from common.wall.tables import KEYED, owned_models
from kpis.choices import Aggregate
from kpis.models import Metric
from people.models import Organization, User

# In a month of which no other test makes the partition.
DAY = date(2021, 3, 1)
MOMENT = datetime(2021, 3, 1, 12, tzinfo=UTC)
PLAIN: dict[Any, Any] = {
    models.DateTimeField: MOMENT,
    models.DateField: DAY,
    models.TimeField: time(12),
    models.DurationField: timedelta(hours=1),
    models.BooleanField: False,
    models.DecimalField: Decimal(1),
    models.FloatField: 1.0,
    models.IntegerField: 1,
    models.UUIDField: UUID(int=1),
    models.GenericIPAddressField: "192.0.2.1",
    models.BinaryField: b"1",
}
# What the fields alone do not say: checks that hold between them.
CHECKED: dict[str, dict[str, Any]] = {
    "home.Tile": {"team": None},
    "goals.Goal": {"ends_on": date(2030, 1, 1), "final_progress": None},
    "goals.KeyResult": {"source": "manual", "kpi": None, "target_value": Decimal(9)},
    "kpis.KpiDefinition": {"aggregate": Aggregate.SUM, "denominator": None, "formula": ""},
    "kpis.Signal": {"ending": "", "closed_at": None, "task_id": None},
    "notifications.Delivery": {"address": "", "rule": "tasks.assigned"},
    "notifications.WebhookEndpoint": {"disabled_reason": ""},
    "people.Membership": {"role": "viewer"},
    "tasks.TimeEntry": {"ended_at": None},
}


def fill(organization: Organization, mark: str) -> dict[type[Model], Model]:
    """One row of each model that belongs to organizations; those without an own table are left out."""
    person = User.objects.create_user(email=f"{mark}@example.test", password=None, name=mark)
    rows: dict[type[Model], Model] = {Organization: organization, User: person}
    waiting = [model for model in (*owned_models(), *_keyed_models()) if model not in rows]
    while waiting:
        ready = [model for model in waiting if _needed(model) <= rows.keys()]
        assert ready, f"tests/tenancy/rows.py cannot make {[model._meta.label for model in waiting]}"
        for model in ready:
            row = model(**_values(model, rows, mark))
            row.save(force_insert=True)
            rows[model] = row
        waiting = [model for model in waiting if model not in rows]
    return rows


def marked_columns(mark: str, rows: dict[type[Model], Model]) -> Iterator[tuple[str, str]]:
    """Table and column of every text that holds the mark."""
    for model, row in rows.items():
        for field in model._meta.concrete_fields:
            if mark in str(getattr(row, field.attname, "")):
                yield model._meta.db_table, str(field.column)


def _keyed_models() -> list[type[Model]]:
    from django.apps import apps

    return [model for model in apps.get_models() if model._meta.db_table in KEYED]


def _needed(model: type[Model]) -> set[type[Model]]:
    return {
        field.related_model
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and not field.null and field.related_model is not model
    }


def _values(model: type[Model], rows: dict[type[Model], Model], mark: str) -> dict[str, Any]:
    found = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField | models.CompositePrimaryKey):
            continue
        value = _value(field, rows, mark)
        if value is not None:
            found[field.name] = value
    return found | CHECKED.get(model._meta.label, {})


def _value(field: Any, rows: dict[type[Model], Model], mark: str) -> Any:
    if isinstance(field, ForeignKey):
        return rows.get(field.related_model)
    if isinstance(field, ArrayField):
        return _array(field, mark)
    if isinstance(field, models.CharField | models.TextField):
        return _text(field, mark)
    if isinstance(field, models.JSONField):
        return _json(field, mark)
    if field.has_default() or field.has_db_default() or field.null:
        return None
    plain = next(value for kind, value in PLAIN.items() if isinstance(field, kind))
    return rows[Metric].pk if field.name == "metric_id" else plain


def _json(field: Any, mark: str) -> Any:
    if not field.has_default() or field.get_default() != []:
        return {"text": mark}
    return [{"line": 1, "column": mark, "reason": mark}] if field.name == "problems" else [mark]


def _array(field: Any, mark: str) -> Any:
    if field.base_field.choices:
        return [field.base_field.choices[0][0]]
    if isinstance(field.base_field, models.CharField | models.TextField):
        return [mark]
    return None if field.null or field.has_default() else []


def _text(field: Any, mark: str) -> str:
    if isinstance(field, models.EmailField):
        return f"{mark}@example.test"
    if field.name == "time_zone":
        return "Europe/Berlin"
    if field.choices:
        return str(field.get_default() if field.has_default() else next(iter(field.flatchoices))[0])
    if field.max_length and field.max_length < len(mark):
        return mark[: field.max_length]
    return mark
