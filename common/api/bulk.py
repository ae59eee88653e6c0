"""Many changes in one request: each row has its own result, and the good ones are kept when others are refused."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from common.api.conditional import VersionMissing
from common.api.errors import pointers
from common.api.inputs import StrictInput
from common.errors import InvalidInput, NotVisible, Refusal

MOST_ROWS = 500
METHODS = ("create", "update", "delete")
LARGEST_ID = 2**63 - 1
LARGEST_VERSION = 2**31 - 1


class BulkRowOutput(serializers.Serializer[Any]):
    """What became of one row: the status it would have had alone, its id and version, or the problem."""

    index = serializers.IntegerField(help_text="Its place in the request, from 0.")
    status = serializers.IntegerField()
    id = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)
    problem = serializers.JSONField(allow_null=True, help_text="As in the answer to a single request.")


class BulkOutput(serializers.Serializer[Any]):
    """One result per row, in the order of the request."""

    results = BulkRowOutput(many=True)
    succeeded = serializers.IntegerField()
    failed = serializers.IntegerField()


class BulkRowInput(StrictInput):
    """One row: what to do, to which row at which version, and its fields as in a single request."""

    method = serializers.ChoiceField(choices=METHODS)
    id = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    version = serializers.IntegerField(
        min_value=1,
        max_value=LARGEST_VERSION,
        allow_null=True,
        required=False,
        help_text="As If-Match; null changes whatever is there.",
    )
    fields = serializers.DictField(required=False)  # type: ignore[assignment] # a field of that name


class BulkInput(StrictInput):
    """1 to 500 rows."""

    rows = BulkRowInput(many=True)


@dataclass(frozen=True, slots=True)
class Doors:
    """What a bulk endpoint calls: the inputs and services of the single requests, as the member `by`.

    The services take `by`, the fields, the row's id under the name `row_id`, and `version`. Each is atomic by itself,
    so inside the transaction of all rows each has a savepoint of its own.
    """

    by: Any
    row_id: str
    new: type[serializers.Serializer[Any]]
    change: type[serializers.Serializer[Any]]
    create: Callable[..., Any]
    update: Callable[..., Any]
    remove: Callable[..., None]
    # Around all rows, and around each of them inside its savepoint.
    around: Callable[[], AbstractContextManager[object]] = nullcontext


def worked_off(body: Any, doors: Doors) -> dict[str, Any]:
    """Every row in a savepoint of its own, all in one transaction: a refused row changes nothing, the others stay.

    Refuses what is no list of 1 to 500 rows; everything wrong with a single row is in its own result.
    """
    rows = _rows(body)
    with transaction.atomic(), doors.around():
        results = [_result(index, row, doors) for index, row in enumerate(rows)]
    succeeded = sum(result["status"] < 400 for result in results)
    return {"results": results, "succeeded": succeeded, "failed": len(results) - succeeded}


def _rows(body: Any) -> list[Any]:
    if not isinstance(body, dict) or set(body) != {"rows"} or not isinstance(body["rows"], list):
        raise InvalidInput({"/rows": [_("Send an object with a list named “rows” and nothing else.")]})
    if not 1 <= len(body["rows"]) <= MOST_ROWS:
        raise InvalidInput({"/rows": [_("Send 1 to %(most)s rows.") % {"most": MOST_ROWS}]})
    return body["rows"]


def _result(index: int, row: Any, doors: Doors) -> dict[str, Any]:
    try:
        # The service opens the row's savepoint itself; a second one would be two statements more for every row.
        with doors.around():
            status, row_id, version = _done(row, doors)
    except ValidationError as error:
        return _failed(index, row, InvalidInput({}), error.detail)
    except Refusal as refusal:
        return _failed(index, row, refusal, refusal.fields if isinstance(refusal, InvalidInput) else {})
    return {"index": index, "status": status, "id": row_id, "version": version, "problem": None}


def _done(sent: Any, doors: Doors) -> tuple[int, int | None, int | None]:
    """Status, id and version of a row that was worked off."""
    asked = BulkRowInput(data=sent)
    asked.is_valid(raise_exception=True)
    given = asked.validated_data
    if given["method"] == "create":
        if given.keys() & {"id", "version"}:
            raise InvalidInput({"id": [_("A new row has no id and no version yet.")]})
        row = doors.create(by=doors.by, **_fields(doors.new(data=given.get("fields", {}))))
        return 201, row.pk, row.version
    if "id" not in given:
        raise NotVisible
    if "version" not in given:
        raise VersionMissing(_("Send the version you read, or null to change whatever is there."))
    named = {doors.row_id: given["id"], "version": given["version"]}
    if given["method"] == "update":
        fields = _fields(doors.change(data=given.get("fields", {}), partial=True))
        row = doors.update(by=doors.by, **named, **fields)
        return 200, row.pk, row.version
    doors.remove(by=doors.by, **named)
    return 204, given["id"], None


def _fields(sent: serializers.Serializer[Any]) -> dict[str, Any]:
    if not sent.is_valid():
        raise ValidationError({"fields": sent.errors})
    fields: dict[str, Any] = sent.validated_data
    return fields


def _failed(index: int, row: Any, refusal: Refusal, wrong: Any) -> dict[str, Any]:
    row_id = row.get("id") if isinstance(row, dict) and isinstance(row.get("id"), int) else None
    problem = {"status": refusal.status, "code": refusal.code, "title": force_str(refusal.detail)}
    errors = list(pointers(wrong))
    return {
        "index": index,
        "status": refusal.status,
        "id": row_id,
        "version": None,
        "problem": {**problem, **({"errors": errors} if errors else {})},
    }
