"""The shape of what people say about a file."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from common.importing.text import Encoding
from imports.library import FIELDS, LABELS, NAMING
from imports.models import FileImport
from kpis.forms.uploads import DATE_FORMS

ENCODINGS = [
    (Encoding.AUTO.value, _("Find out")),
    (Encoding.UTF8.value, "UTF-8"),
    (Encoding.GB18030.value, "GB 18030 (GBK)"),
    (Encoding.LATIN1.value, "ISO 8859-1"),
]
COLUMN = "column_"


class FileForm(RefusableForm):
    """The file and how it is written."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("At most 15 MB, plain or packed as .gz; the first row names the columns."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.gz,text/csv,application/gzip"}),
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)


class MappingForm(RefusableForm):
    """A column for each field of tasks or feedback."""

    date_form = forms.ChoiceField(label=_("Dates are written like"), choices=DATE_FORMS, required=False)
    source = forms.CharField(
        label=_("Name of the file's origin"),
        max_length=40,
        initial="csv",
        help_text=_(
            "A row with the same number from the same origin is the same row: it is changed, not doubled."
        ),
    )

    def __init__(self, said: Mapping[str, Any] | None, taken: FileImport) -> None:
        known = {COLUMN + field: column for field, column in taken.mapping.items()}
        super().__init__(said, initial={**known, "date_form": taken.date_form, "source": taken.source})
        choices = [("", "–"), *((column, column) for column in taken.columns)]
        for field in FIELDS[taken.kind]:
            self.fields[COLUMN + field] = forms.ChoiceField(
                label=LABELS[field], choices=choices, required=field == NAMING[taken.kind]
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The choices of columns."""
        return [self[name] for name in self.fields if name.startswith(COLUMN)]

    def chosen(self) -> dict[str, Any]:
        """What the service is told."""
        cleaned = self.cleaned_data
        columns = {
            name.removeprefix(COLUMN): column for name, column in cleaned.items() if name.startswith(COLUMN)
        }
        return {"columns": columns, "date_form": cleaned["date_form"], "source": cleaned["source"]}
