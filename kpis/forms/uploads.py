"""A file of measurements: which column is what."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from common.importing.text import GZIP_MAGIC

LARGEST_BYTES = 5 * 1024 * 1024
# What files call the columns, most telling first.
USUAL_NAMES = {
    "occurred_at": (
        "occurred_at",
        "time",
        "timestamp",
        "date",
        "day",
        "datetime",
        "时间",
        "日期",
        "发生时间",
    ),
    "value": ("value", "amount", "number", "count", "total", "值", "数值", "数量", "金额"),
    "source_key": ("source_key", "id", "key", "编号", "序号"),
    "team": ("team", "group", "团队", "小组"),
    "member": ("member", "agent", "person", "成员", "人员"),
    "label": ("label", "category", "type", "标签", "类别", "分类"),
}
LABELS = {
    "occurred_at": _("Time or day"),
    "value": _("Value"),
    "source_key": _("Key of the row"),
    "team": _("Team"),
    "member": _("Member"),
    "label": _("Label"),
}
REQUIRED = ("occurred_at", "value")
DATE_FORMS = [
    ("", "2026-11-20, 2026-11-20 08:30"),
    ("%d.%m.%Y %H:%M|%d.%m.%Y", "20.11.2026, 20.11.2026 08:30"),
    ("%d/%m/%Y %H:%M|%d/%m/%Y", "20/11/2026, 20/11/2026 08:30"),
    ("%m/%d/%Y %H:%M|%m/%d/%Y", "11/20/2026, 11/20/2026 08:30"),
    ("%Y/%m/%d %H:%M|%Y/%m/%d", "2026/11/20, 2026/11/20 08:30"),
    ("%Y年%m月%d日 %H:%M|%Y年%m月%d日", "2026年11月20日"),
]


class UploadForm(RefusableForm):
    """The file, and once its header was read, a column for each field."""

    file = forms.FileField(
        label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"})
    )
    date_form = forms.ChoiceField(label=_("Dates are written like"), choices=DATE_FORMS, required=False)

    def clean_file(self) -> Any:
        """Refuses what is too large for a request."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 5 MB. Split it, or import it with manage.py import_csv.")
            )
        if file.read(len(GZIP_MAGIC)) == GZIP_MAGIC:
            raise forms.ValidationError(_("The file is packed. Unpack it first."))
        file.seek(0)
        return file

    def add_columns(self, columns: Sequence[str]) -> None:
        """A choice of column for each field; what was not chosen is guessed from the names."""
        said = {**dict(self.data.items())}
        for name, label in LABELS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=label,
                required=name in REQUIRED,
                choices=[("", "–"), *((column, column) for column in columns)],
            )
            said.setdefault(f"column_{name}", guessed(name, columns))
        self.data = said

    @property
    def mapping_fields(self) -> list[forms.BoundField]:
        """The choices of columns."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def chosen(self, columns: Sequence[str]) -> dict[str, str]:
        """The column of each field that has one."""
        said = {name: self.data.get(f"column_{name}", "") for name in LABELS}
        return {name: column for name, column in said.items() if column in columns}

    @property
    def date_formats(self) -> tuple[str, ...]:
        """The chosen way to write dates, as `strptime` has it; empty is ISO."""
        return tuple(filter(None, self.data.get("date_form", "").split("|")))


def guessed(name: str, columns: Sequence[str]) -> str:
    """The column whose name says that it holds this field; empty where none does."""
    lowered = {column.strip().lower(): column for column in columns}
    return next((lowered[usual] for usual in USUAL_NAMES[name] if usual in lowered), "")
