"""A text of our choice in every text column of every row: whatever people may have written, everywhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import Error, connection, models, transaction

from tests.architecture.source import APPS

TextOf = Callable[[int | None], str]
# Columns that hold no text of people's: what a wrong value there would break, it breaks for nobody else.
KEPT = {
    "activity.Event": {"verb", "subject_type"},
    "activity.EventCursor": {"follower"},
    "imports.FileImport": {"delimiter"},
    "kpis.KpiDefinition": {"formula"},
    "kpis.Measurement": {"source_key"},
    "notifications.Delivery": {"subject_type", "period", "message_id"},
    "notifications.WebhookDelivery": {"body"},
    "people.ApiToken": {"secret_hash"},
    "people.Organization": {"time_zone", "language"},
    "people.User": {"password", "email", "language"},
}
CODES = {"key", "slug", "time_zone", "language", "source", "external_id", "digest", "version", "day_zone"}


def text_columns() -> Iterator[tuple[type[models.Model], "models.Field[Any, Any]"]]:
    """Every column of ours that holds text which somebody may have typed."""
    for model in apps.get_models():
        if model._meta.app_label not in APPS or not model._meta.managed:
            continue
        kept = KEPT.get(model._meta.label, set()) | CODES
        for field in model._meta.concrete_fields:
            is_text = type(field) in {models.CharField, models.TextField}
            if is_text and not field.choices and not field.primary_key and field.name not in kept:
                yield model, field


def plant(text_of: TextOf) -> tuple[int, dict[str, str]]:
    """How many rows now hold the text, and which columns refused it, with PostgreSQL's reason."""
    planted, refused = 0, {}
    with pgtrigger.ignore():
        for model, field in text_columns():
            name = f"{model._meta.label}.{field.name}"
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(*_update(model, field, text_of))
                    planted += cursor.rowcount
            except Error as error:
                refused[name] = str(error).splitlines()[0]
        planted += _plant_in_json(text_of)
    return planted, refused


def _update(
    model: type[models.Model], field: "models.Field[Any, Any]", text_of: TextOf
) -> tuple[str, list[str]]:
    """Texts that must differ differ by the place of their row."""
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(field.column)
    room = None if field.max_length is None else max(field.max_length - 12, 0)
    return (
        f"UPDATE {table} SET {column} = %s || ctid::text WHERE {column} <> '' OR %s",
        [text_of(room), "true" if _may_be_set(field) else "false"],
    )


def _may_be_set(field: "models.Field[Any, Any]") -> bool:
    return not field.unique


def _plant_in_json(text_of: TextOf) -> int:
    planted = 0
    for model in apps.get_models():
        if model._meta.app_label not in APPS or not model._meta.managed:
            continue
        fields = [each for each in model._meta.concrete_fields if type(each) is models.JSONField]
        for row in model._default_manager.all() if fields else ():
            for field in fields:
                changed = _with_texts(getattr(row, field.attname), text_of(60))
                model._default_manager.filter(pk=row.pk).update(**{field.attname: changed})
                planted += 1
    return planted


def _with_texts(value: Any, text: str) -> Any:
    """The value with each text of several words in it replaced; single words are codes of ours."""
    if isinstance(value, dict):
        return {key: _with_texts(part, text) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_texts(part, text) for part in value]
    return text if isinstance(value, str) and " " in value else value
