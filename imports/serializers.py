"""What the imports API takes and gives."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from common.api.shaping import RowOutput
from imports.choices import Kind, State
from imports.models import FileImport
from kpis.forms.uploads import DATE_FORMS
from people.serializers import Person


class FileInput(StrictInput):
    """A file of tasks or feedback. Unknown fields are refused."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    file_name = serializers.CharField(max_length=120)
    content = serializers.CharField(
        trim_whitespace=False, help_text="The CSV text, its first row naming the columns. At most 15 MB."
    )


class CheckInput(StrictInput):
    """How the file is read; what is not sent is as guessed. Unknown fields are refused."""

    columns = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=120),
        required=False,
        help_text="The column of each field, as in `mapping` of an answer.",
    )
    date_form = serializers.ChoiceField(
        choices=DATE_FORMS, allow_blank=True, required=False, help_text="Empty: ISO 8601."
    )
    source = serializers.CharField(  # type: ignore[assignment] # a field of that name
        max_length=40,
        required=False,
        help_text="A row with the same number from the same origin is the same row. `csv` unless told.",
    )


class ProblemOutput(serializers.Serializer[Any]):
    """Why a row cannot be stored; `column` is empty where the whole row is meant."""

    line = serializers.IntegerField()
    column = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()


class ReportedOutput(ProblemOutput):
    """A row that was not stored, with its cells as a spreadsheet may open them."""

    number = serializers.IntegerField()
    cells = serializers.ListField(child=serializers.CharField(allow_blank=True))


class ReportOutput(serializers.Serializer[Any]):
    """Some of the rows that were not stored, and the address of those that follow, or null."""

    next = serializers.URLField(allow_null=True)
    results = ReportedOutput(many=True)


class ImportOutput(RowOutput[FileImport]):
    """A file on its way in. While it is `checking` or `storing`, a worker has it: ask again."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=State.choices)
    file_name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment] # a field of that name
    columns = serializers.ListField(child=serializers.CharField(allow_blank=True))
    mapping = serializers.DictField(child=serializers.CharField(allow_blank=True))
    date_form = serializers.CharField(allow_blank=True)
    percent = serializers.IntegerField()
    rows_done = serializers.IntegerField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    reported = serializers.IntegerField()
    problems = ProblemOutput(many=True, help_text="The first twenty; all of them are in the report.")
    refusal = serializers.CharField(allow_blank=True, help_text="Why it `failed`.")
    by = Person(allow_null=True)
    created_at = serializers.DateTimeField()
