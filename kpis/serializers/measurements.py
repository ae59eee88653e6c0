"""Measurements as clients push them."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.errors import InvalidInput, Sentence
from kpis.services import IngestCounts, MeasurementRow

MAX_NAMED = 100
_FIELD_AT = re.compile(r"at `\$\.(\w+)`")
_FIELD_NAMED = re.compile(r"field `(.{1,80}?)`")


class MeasurementInput(serializers.Serializer[Any]):
    """One measurement, for the schema: bodies are read by `measurement_rows`."""

    source_key = serializers.CharField(max_length=200, help_text="Names the fact; sent again it replaces it.")
    occurred_at = serializers.DateTimeField(help_text="With an offset.")
    value = serializers.FloatField(allow_null=True, help_text="null retracts the fact.")
    team_id = serializers.IntegerField(allow_null=True, required=False)
    member_id = serializers.IntegerField(allow_null=True, required=False)
    label = serializers.CharField(max_length=100, required=False, allow_blank=True)  # type: ignore[assignment] # as above
    weight = serializers.IntegerField(
        min_value=1, max_value=1_000_000, default=1, help_text="Counts as so many measurements of this value."
    )


class MeasurementsInput(serializers.Serializer[Any]):
    """1 to 10,000 measurements: all are stored, or none."""

    measurements = MeasurementInput(many=True)


class CountsOutput(serializers.Serializer[IngestCounts]):
    """What became of the rows."""

    stored = serializers.IntegerField()
    replaced = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    retracted = serializers.IntegerField()


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    source_key: str
    occurred_at: datetime
    value: Decimal | int | None
    team_id: int | None = None
    member_id: int | None = None
    label: str = ""
    weight: int = 1


def measurement_rows(body: Any) -> list[MeasurementRow]:
    """The rows of `{"measurements": [...]}`; refuses what has the wrong shape, with a pointer for each bad row."""
    if not isinstance(body, dict) or not isinstance(body.get("measurements"), list):
        raise InvalidInput({"/measurements": [_("Send an object with a list named “measurements”.")]})
    if unknown := set(body) - {"measurements"}:
        raise InvalidInput(
            {f"/{name}": [_("There is no such field.")] for name in sorted(unknown)[:MAX_NAMED]}
        )
    given = body["measurements"]
    try:
        rows = msgspec.convert(given, list[_Row])
    except msgspec.ValidationError:
        raise InvalidInput(_shape_problems(given)) from None
    return [_measurement(row) for row in rows]


def _measurement(row: _Row) -> MeasurementRow:
    value = Decimal(row.value) if isinstance(row.value, int) else row.value
    return MeasurementRow(
        row.source_key, row.occurred_at, value, row.team_id, row.member_id, row.label, row.weight
    )


def _shape_problems(given: list[Any]) -> dict[str, list[Sentence]]:
    errors: dict[str, list[Sentence]] = {}
    for pointer, sentence in _wrong_shapes(given):
        errors[pointer] = [sentence]
        if len(errors) == MAX_NAMED:
            break
    return errors


def _wrong_shapes(given: list[Any]) -> Iterator[tuple[str, Sentence]]:
    for index, row in enumerate(given):
        try:
            msgspec.convert(row, _Row)
        except msgspec.ValidationError as error:
            yield _place(index, str(error))


def _place(index: int, reason: str) -> tuple[str, Sentence]:
    """The pointer and a sentence for a complaint of msgspec."""
    at = _FIELD_AT.search(reason)
    if at:
        return f"/measurements/{index}/{at[1]}", EXPECTED.get(at[1], EXPECTED[""])
    named = _FIELD_NAMED.search(reason)
    if named and reason.startswith("Object missing"):
        return f"/measurements/{index}/{named[1]}", _("This field is missing.")
    if named:
        return f"/measurements/{index}/{named[1]}", _("There is no such field.")
    return f"/measurements/{index}", EXPECTED[""]


EXPECTED: dict[str, Sentence] = {
    "": _("A measurement is an object with source_key, occurred_at and value."),
    "source_key": _("Send a text."),
    "occurred_at": _("Send a time with an offset, for example 2026-11-20T08:00:00+08:00."),
    "value": _("Send a number, or null to retract the measurement."),
    "team_id": _("Send a whole number or null."),
    "member_id": _("Send a whole number or null."),
    "label": _("Send a text."),
    "weight": _("Send a whole number."),
}
