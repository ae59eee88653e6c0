"""Forms that edit a row which somebody else may have changed meanwhile."""

import json
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.forms import RefusableForm

BASE = "_base"
KEPT = "_keep_"
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else has changed: what is stored now, what was typed, and what to keep of them.

    `choice` names the answer to send, `keeps` the one that is chosen at first: theirs where the reader had not touched
    the field, mine where both did.
    """

    label: str
    stored: str
    typed: str
    choice: str
    keeps: str


class EditForm(RefusableForm):
    """A form that knows what it was opened with, so that two people's changes can be told apart, field by field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self._take_theirs()

    @property
    def base(self) -> SafeString:
        """The hidden field that tells the next attempt what this page was opened with."""
        stored = json.dumps({name: self._stored(name) for name in self._compared()}, ensure_ascii=False)
        return format_html('<input type="hidden" name="{}" value="{}">', self.add_prefix(BASE), stored)

    def differences(self) -> list[Difference]:
        """The fields that are stored otherwise than when the page was opened, and otherwise than typed.

        Where the page did not say what it was opened with, every field that differs counts as changed by both.
        """
        base, found = self._base(), []
        for name in self._compared():
            stored, typed = self._stored(name), _plain(self[name].data)
            began = base.get(name)
            if stored in (typed, began):
                continue
            keeps = THEIRS if typed == began else MINE
            labels = [_shown(self[name], text) for text in (stored, typed)]
            found.append(Difference(str(self[name].label), *labels, self.add_prefix(KEPT + name), keeps))
        return found

    def _compared(self) -> list[str]:
        return [name for name in self.fields if name != "version"]

    def _stored(self, name: str) -> str:
        """The stored value as the page would send it."""
        field = self.fields[name]
        sent = field.widget.format_value(field.prepare_value(self.get_initial_for_field(field, name)))
        return _plain(sent[0] if isinstance(sent, list) and sent else sent)

    def _base(self) -> dict[str, Any]:
        try:
            said = json.loads(self.data.get(self.add_prefix(BASE), ""))
        except ValueError:
            return {}
        return {name: _plain(text) for name, text in said.items()} if isinstance(said, dict) else {}

    def _take_theirs(self) -> None:
        """What the reader gave up in favour of the stored row is read as if it had been typed."""
        names = [name for name in self._compared() if self.data.get(self.add_prefix(KEPT + name)) == THEIRS]
        if names:
            theirs = {self.add_prefix(name): self._stored(name) for name in names}
            self.data = {**dict(self.data.items()), **theirs}


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n")


def _shown(field: BoundField, text: str) -> str:
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return text
    return next((str(label) for key, label in choices if str(key) == text), "–")
