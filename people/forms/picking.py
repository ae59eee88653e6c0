"""A select of people that can be typed into."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


class PeoplePicker(forms.Select):
    """A plain select; with JavaScript a field stands before it in which people are found, also by pinyin initials."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """As in Django, after a field that is hidden until `static/js/picker.js` has furnished it."""
        attributes = kwargs.get("attrs") or {}
        said = {"id": attributes.get("id", ""), "described_by": attributes.get("aria-describedby", "")}
        field = render_to_string("components/picker.html", said)
        return mark_safe(field) + super().render(*args, **kwargs)  # noqa: S308 - a template of our own
