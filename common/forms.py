"""What the forms of the pages share: a service's refusals, the check of one field, and a change of status."""

from copy import copy
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_noop, ngettext_lazy

from common.errors import InvalidInput

LARGEST_VERSION = 2**31 - 1
# Names the field that a browser wants to hear about while the rest of the form is still being typed.
CHECKED = "_check"
# Django's sentences that our catalogue says in better Chinese than Django's own.
SAID_BETTER = (
    gettext_noop("Null characters are not allowed."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Enter a valid URL."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)


class FieldAsked(Exception):  # noqa: N818 # a question, not a mistake
    """Only one field of a form was asked about; answered by `RefusalMiddleware`, so that no view goes on."""

    def __init__(self, field: BoundField) -> None:
        super().__init__(field.html_name)
        self.field = field


class RefusableForm(forms.Form):
    """A form that shows a service's refusal at the fields it names, and tells about a single field when asked."""

    def is_valid(self) -> bool:
        """As every form's, unless `_check` names a field: then the answer is that field, and nothing is ever stored."""
        asked = self.data.get(CHECKED)
        if asked is None:
            return super().is_valid()
        for name in self.fields:
            if self.add_prefix(name) == asked:
                raise FieldAsked(self[name])
        return False

    def refuse(self, refused: InvalidInput) -> None:
        """Each sentence at its field, or above the form where there is no such field."""
        for name, sentences in refused.fields.items():
            field = name.removesuffix("_id")
            self.add_error(field if field in self.fields else None, [str(each) for each in sentences])

    def take_version(self, version: int) -> None:
        """The next attempt is made from this version."""
        self.say("version", str(version))

    def say(self, name: str, value: str | list[str]) -> None:
        """Reads `name` as if this had been typed; a list is a choice of several. All else stays as it was sent."""
        # The data of a request cannot be changed, and its `items()` know only the last of several choices.
        said: Any = copy(self.data)
        if isinstance(value, list) and isinstance(said, MultiValueDict):
            said.setlist(name, value)
        else:
            said[name] = value
        self.data = said


def version_in(request: HttpRequest) -> int | None:
    """The version that a page without a form of its own showed; one that names none means whatever is there."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None


class StatusChangeForm(forms.Form):
    """A new status, from a list or the row's page; `undo` takes the latest change back instead."""

    version = forms.IntegerField(min_value=1, max_value=LARGEST_VERSION, required=False)
    undo = forms.BooleanField(required=False)
    next = forms.CharField(max_length=2_000, required=False)
