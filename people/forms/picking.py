"""A select of people that can be typed into."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


class PeoplePicker(forms.Select):
    """A plain select; with JavaScript a field stands before it in which people are found, also by pinyin initials."""

    def __init__(self, *args: Any, with_former: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.with_former = with_former

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """As in Django, after a field that is hidden until `static/js/picker.js` has furnished it."""
        attributes = kwargs.get("attrs") or {}
        said = {
            "id": attributes.get("id", ""),
            "described_by": attributes.get("aria-describedby", ""),
            "with_former": self.with_former,
        }
        field = render_to_string("components/picker.html", said)
        return mark_safe(field) + super().render(*args, **kwargs)  # noqa: S308 - a template of our own
