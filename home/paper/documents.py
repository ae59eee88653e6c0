"""What stands on the paper: the tables of blocks, with how wide each column is."""

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import category, east_asian_width

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.templatetags.ui import number
from home.blocks import Table
from people.models import Membership

# How wide a column may be beside others, in letters.
NARROWEST, WIDEST = 5, 34
WIDE = frozenset("WF")
NUMBER = re.compile(r"[+−±]?[\d.,]+\D{0,5}(?:\d+\D{1,5})?|–|")


def document(reader: Membership, title: str, subtitle: str, tables: Sequence[Table]) -> dict[str, Any]:
    """A page under this title, in the present language, of the reader's organization."""
    is_chinese = (get_language() or "en").startswith("zh")
    made_on = date_format(timezone.localdate(), "DATE_FORMAT")
    return {
        "title": _plain(title),
        "subtitle": _plain(subtitle),
        "organization": _plain(reader.organization.name),
        "language": "zh" if is_chinese else "en",
        "region": "cn" if is_chinese else "gb",
        "made": _("Made on %(day)s") % {"day": made_on},
        "nothing": _("Nothing to show"),
        "tables": [_table(table) for table in tables],
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [[_plain(cell) for cell in row] for row in table.rows]
    by_column = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _name in table.columns]
    return {
        "title": _plain(table.title),
        "count": number(table.count) if table.count else "",
        "columns": [
            {"name": _plain(name), "width": _width(name, cells), "is_number": _are_numbers(cells)}
            for name, cells in zip(table.columns, by_column, strict=True)
        ],
        "rows": rows,
    }


def _plain(text: str) -> str:
    """In one line, without what would change how the letters after it are shown."""
    return " ".join("".join(letter for letter in text if _is_shown(letter)).split())


def _is_shown(letter: str) -> bool:
    return letter.isspace() or not category(letter).startswith("C")


def _width(name: str, cells: Sequence[str]) -> int:
    return min(max(NARROWEST, *map(_letters, (name, *cells))), WIDEST)


def _letters(text: str) -> int:
    return sum(2 if east_asian_width(letter) in WIDE else 1 for letter in text)


def _are_numbers(cells: Sequence[str]) -> bool:
    return any(cells) and all(NUMBER.fullmatch(cell) for cell in cells)
