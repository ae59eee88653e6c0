"""What the forms of versioned rows share: a service's refusals, newer versions, and a change of status."""

from dataclasses import dataclass

from django import forms
from django.forms import BoundField

from common.errors import InvalidInput

LARGEST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the stored row and what was typed differ."""

    label: str
    stored: str
    typed: str


class RefusableForm(forms.Form):
    """A form that shows a service's refusal at the fields it names, and can move on to a newer version."""

    def refuse(self, refused: InvalidInput) -> None:
        """Each sentence at its field, or above the form where there is no such field."""
        for name, sentences in refused.fields.items():
            field = name.removesuffix("_id")
            self.add_error(field if field in self.fields else None, [str(each) for each in sentences])

    def take_version(self, version: int) -> None:
        """The next attempt is made from this version."""
        self.data = {**dict(self.data.items()), "version": str(version)}

    def differences(self) -> list[Difference]:
        """Where what was typed is not what the form started with, both as a reader sees them."""
        return [
            Difference(str(self[name].label), _shown(self[name], self[name].initial), _shown(self[name]))
            for name in self.changed_data
            if name != "version"
        ]


class StatusChangeForm(forms.Form):
    """A new status, from a list or the row's page; `undo` takes the latest change back instead."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, required=False)
    undo = forms.BooleanField(required=False)
    next = forms.CharField(max_length=2_000, required=False)


def _shown(field: BoundField, value: object = None) -> str:
    text = str(value if value is not None else field.data or "")
    choices = getattr(field.field, "choices", None)
    return text if choices is None else next((str(label) for key, label in choices if str(key) == text), "–")
