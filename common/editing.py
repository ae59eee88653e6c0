"""Forms that edit a row which somebody else may have changed meanwhile."""

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any, Final

from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.forms import RefusableForm

BASE = "_base"
KEPT = "_keep_"
THEIRS = "theirs"
# A Latin word, a run of spaces, or any other character by itself: Chinese is compared character by character.
_WORDS: Final = re.compile(r"[^\W\d_\u2e80-\uffff]+|\d+|\s+|.", re.DOTALL)
# More words than this in a changed stretch are marked as one: comparing them costs their square.
_MOST_WORDS: Final = 600
_LONG, _ENDS = 160, 60


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else has changed: what is stored now and what was typed.

    `choice` names the answer that says which to keep; it is empty where the reader had not touched the field, so that
    theirs was taken over.
    """

    label: str
    stored: str
    typed: str
    choice: str

    @property
    def stored_parts(self) -> list[tuple[str, bool]]:
        """The stored text in parts, each with whether what was typed does not have it."""
        return _parts(self.stored, self.typed)

    @property
    def typed_parts(self) -> list[tuple[str, bool]]:
        """The typed text in parts, each with whether what is stored does not have it."""
        return _parts(self.typed, self.stored)


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

    def merge(self) -> list[Difference]:
        """Takes over what somebody else changed and the reader did not touch; returns that and what both changed.

        Where the page did not say what it was opened with, every field that differs counts as changed by both.
        """
        base, found = self._base(), []
        for name in self._compared():
            stored, typed = self._stored(name), _plain(self[name].data)
            began = base.get(name)
            if stored in (typed, began):
                continue
            theirs, mine = _shown(self[name], stored), _shown(self[name], typed)
            choice = "" if typed == began else self.add_prefix(KEPT + name)
            found.append(Difference(str(self[name].label), theirs, mine, choice))
            if not choice:
                self._take(name)
        return found

    def _compared(self) -> list[str]:
        return [name for name in self.fields if name != "version"]

    def _stored(self, name: str) -> str:
        """The stored value as the page would send it."""
        field = self.fields[name]
        return _plain(field.widget.format_value(field.prepare_value(self.get_initial_for_field(field, name))))

    def _base(self) -> dict[str, Any]:
        try:
            said = json.loads(self.data.get(self.add_prefix(BASE), ""))
        except ValueError:
            return {}
        return {name: _plain(text) for name, text in said.items()} if isinstance(said, dict) else {}

    def _take_theirs(self) -> None:
        """What the reader gave up in favour of the stored row is read as if it had been typed."""
        for name in self._compared():
            if self.data.get(self.add_prefix(KEPT + name)) == THEIRS:
                self._take(name)

    def _take(self, name: str) -> None:
        stored = self._stored(name)
        is_choice_of_several = getattr(self.fields[name].widget, "allow_multiple_selected", False)
        self.say(self.add_prefix(name), stored.splitlines() if is_choice_of_several else stored)


def _plain(value: Any) -> str:
    """As one text, which can be compared and kept; several choices are lines in the same order whoever made them."""
    if isinstance(value, list):
        return "\n".join(sorted(map(str, value)))
    return "" if value is None else str(value).replace("\r\n", "\n")


def _shown(field: BoundField, text: str) -> str:
    choices = getattr(field.field, "choices", None)
    if choices is None:
        return text
    chosen = text.split("\n")
    return "\n".join(str(label) for key, label in choices if str(key) in chosen) or "–"


def _parts(text: str, other: str) -> list[tuple[str, bool]]:
    """The words of `text`, those that `other` lacks apart from the rest; long stretches of the rest are cut short."""
    mine, its = _WORDS.findall(text), _WORDS.findall(other)
    start = _alike(mine, its)
    end = _alike(mine[start:][::-1], its[start:][::-1])
    middle, against = mine[start : len(mine) - end], its[start : len(its) - end]
    parts = [(mine[:start], False)]
    if len(middle) + len(against) > _MOST_WORDS:
        parts.append((middle, True))
    else:
        for kind, first, last, _from, _to in SequenceMatcher(None, middle, against, False).get_opcodes():
            parts.append((middle[first:last], kind != "equal"))
    parts.append((mine[len(mine) - end :], False))
    return [
        ("".join(words) if is_new else _shortened("".join(words)), is_new) for words, is_new in parts if words
    ]


def _alike(mine: list[str], its: list[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(mine, its, strict=False)))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_ENDS]} … {text[-_ENDS:]}"
