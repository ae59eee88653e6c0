"""From text to tokens. Characters are replaced one by one, so that a column is the same before and after."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from kpis.formulas.errors import FormulaError

DIGIT_LIMIT = 28
NUMBER_LIMIT = Decimal(10) ** 18
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
# Full-width forms are what a Chinese keyboard gives; the rest is what text editors and people write.
SUBSTITUTES = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {
    ord(odd): ord(plain) for odd, plain in zip("×÷−–、【】", "*/--,[]", strict=True)
}
PIECES = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<suffix>%|(?:s|min|h|d)(?![A-Za-z0-9_]))?"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\[(?P<key>[^\[\]]*)\]"
    r"|(?P<sign>[-+*/(),])"
)
KEY_LIKE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
LETTERS = re.compile(r"[^\W\d_]+")

Kind = Literal["number", "word", "key", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `text` of a key is without its brackets."""

    kind: Kind
    text: str
    column: int
    suffix: str = ""


def plain(text: str) -> str:
    """The text with ASCII signs instead of full-width and typographic ones, of the same length."""
    return text.translate(SUBSTITUTES)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a plain text, then one of kind `end`; refuses characters and numbers a formula cannot hold."""
    position = 0
    while position < len(text):
        piece = PIECES.match(text, position)
        if piece is None:
            raise _unreadable(text, position)
        column = position + 1
        position = piece.end()
        if piece["number"]:
            _check_number(piece["number"], column)
            _check_next(text, position, column)
            yield Token("number", piece["number"], column, piece["suffix"] or "")
        elif piece["word"]:
            _check_word(text, position, column)
            yield Token("word", piece["word"], column)
        elif piece["key"] is not None:
            yield Token("key", _key(piece["key"].strip(), column), column)
        elif piece["sign"]:
            yield Token("sign", piece["sign"], column)
    yield Token("end", "", len(text.rstrip()) + 1)


def _check_number(number: str, column: int) -> None:
    if sum(map(str.isdigit, number)) > DIGIT_LIMIT:
        raise FormulaError(column, _("Shorten this number to %(limit)s digits.") % {"limit": DIGIT_LIMIT})
    if len(number) > 1 and number[0] == "0" and number[1] != ".":
        sentence = _("Write %(number)s without a zero in front. A comma does not separate thousands.")
        raise FormulaError(column, sentence % {"number": number})
    if Decimal(number) > NUMBER_LIMIT:
        raise FormulaError(column, _("Write a smaller number: at most 10^18, a 1 with 18 zeros."))


def _check_next(text: str, position: int, column: int) -> None:
    """A letter right behind a number is a key that needs brackets, a forgotten sign or an unknown unit."""
    following = text[position : position + 1]
    if following == ".":
        raise FormulaError(position + 1, _decimal_point())
    if following == "_" or (following.isascii() and following.isalpha()):
        sentence = _(
            "“%(word)s” cannot be read. If it is a KPI, write its key in brackets: [%(word)s]. If a sign is missing,"
            " put it in. Units of a number are %%, s, min, h and d."
        )
        raise FormulaError(column, sentence % {"word": _key_like(text, column)})


def _check_word(text: str, position: int, column: int) -> None:
    if text[position : position + 1] == "." and KEY_LIKE.match(text, position + 1):
        raise FormulaError(column, bracket_sentence(_key_like(text, column)))


def _key_like(text: str, column: int) -> str:
    found = KEY_LIKE.match(text, column - 1)
    return found[0].rstrip(".-")[:80] if found else ""


def bracket_sentence(key: str) -> str:
    """Tells to write a key with hyphens or dots in brackets."""
    return _("Write a key that has dots or hyphens in brackets: [%(key)s].") % {"key": key}


def _key(key: str, column: int) -> str:
    if KEY.fullmatch(key):
        return key
    sentence = _(
        "Between [ and ] belongs a KPI’s key: a letter or digit, then up to 79 letters, digits, dots, hyphens or"
        " underscores, as in [first-response-time]."
    )
    raise FormulaError(column, sentence)


def _decimal_point() -> str:
    return _("Write one decimal point, with a digit before and after it, as in 0.5.")


def _unreadable(text: str, position: int) -> FormulaError:
    column, character = position + 1, text[position]
    if character == ".":
        return FormulaError(column, _decimal_point())
    if character == "%":
        return FormulaError(column, _("Write % directly after a number, as in 90%."))
    if character == "[":
        return FormulaError(column, _("Close the bracket that opens here: [key]."))
    if character == "]":
        return FormulaError(column, _("No bracket opens before this ]. Write [key]."))
    if word := LETTERS.match(text, position):
        sentence = _("“%(word)s” is not a KPI’s key. Write the key in brackets, as in [csat].")
        return FormulaError(column, sentence % {"word": word[0][:40]})
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    sentence = _("A formula cannot hold “%(character)s”. Remove it.")
    return FormulaError(column, sentence % {"character": shown})
