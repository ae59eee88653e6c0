"""The cells of one row, asked for by field name and read as the type the field has."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.importing.errors import BadCell, InvalidMapping
from common.importing.mapping import Mapping as FieldMapping

FIRST_YEAR, LAST_YEAR = 1900, 2199
DECIMAL_PLACES = Decimal("0.000001")
WHOLE_DIGITS = 18
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_STARTS_LIKE_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layout:
    """The mapping bound to one file: where each field's cell is, and how it is written."""

    positions: Mapping[str, int]
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    date_formats: Sequence[str]
    zone: ZoneInfo

    @classmethod
    def bind(
        cls, mapping: FieldMapping, header: Sequence[str], *, zone: ZoneInfo, fields: Collection[str]
    ) -> "Layout":
        """The layout of a file with this header. Refuses unknown fields and missing columns."""
        columns = dict(mapping.columns)
        named = {*columns, *mapping.constants, *mapping.values}
        if unknown := sorted(named - set(fields)):
            raise InvalidMapping(
                _("There is no field %(names)s. The fields are: %(known)s.")
                % {"names": ", ".join(unknown), "known": ", ".join(sorted(fields))}
            )
        if missing := sorted(set(columns.values()) - set(header)):
            raise InvalidMapping(
                _("The file has no column %(names)s. Its columns are: %(known)s.")
                % {"names": ", ".join(missing), "known": ", ".join(header)}
            )
        places = {name: header.index(column) for name, column in columns.items()}
        return cls(
            positions=places,
            columns=columns,
            constants=mapping.constants,
            values=mapping.values,
            date_formats=mapping.date_formats,
            zone=mapping.zone(zone),
        )

    def has(self, field: str) -> bool:
        """Whether the mapping gives the field a column or a constant."""
        return field in self.positions or field in self.constants


class Cells:
    """One row seen through the layout; each reader refuses what it cannot use, with field and reason."""

    __slots__ = ("_layout", "_values")

    def __init__(self, layout: Layout, values: Sequence[str]) -> None:
        self._layout = layout
        self._values = values

    def text(self, field: str, *, limit: int | None = None, required: bool = False) -> str:
        """The cell without surrounding white space, after the mapping's table of values; "" where empty."""
        text = self._raw(field)
        if field in self._layout.values:
            text = self._layout.values[field].get(text, text)
        text = text or self._layout.constants.get(field, "")
        if required and not text:
            raise BadCell(field, _("The cell is empty."))
        return _bounded(field, text, limit)

    def written(self, field: str, *, limit: int) -> str:
        """The cell as the file has it, before the mapping's table of values."""
        return _bounded(field, self._raw(field), limit)

    def choice(self, field: str, allowed: Collection[str], default: str) -> str:
        """One of `allowed`, compared without case; `default` where empty."""
        raw = self.text(field)
        if not raw:
            return default
        for value in allowed:
            if value.casefold() == raw.casefold():
                return value
        words = self._layout.values.get(field, {})
        sentence = (
            _("“%(value)s” is not one of these: %(known)s.")
            if words
            else _("“%(value)s” is not one of %(known)s; map it under “values”.")
        )
        known = ("、" if _is_chinese() else ", ").join(_word_for(value, words) for value in allowed)
        raise BadCell(field, sentence % {"value": raw[:60], "known": known})

    def moment(self, field: str, *, required: bool = False) -> datetime | None:
        """In UTC; a time without an offset is local in the zone of the layout, a day alone its midnight."""
        raw = self.text(field, required=required)
        if not raw:
            return None
        return self._in_utc(field, self._parsed(field, raw), raw)

    def day(self, field: str, *, required: bool = False) -> date | None:
        """A calendar day; a time of day written with it is ignored."""
        raw = self.text(field, required=required)
        return self._parsed(field, raw).date() if raw else None

    def number(self, field: str, *, required: bool = False) -> Decimal | None:
        """A finite decimal, rounded half-even to six places."""
        raw = self.text(field, required=required)
        if not raw:
            return None
        if not _NUMBER.fullmatch(raw):
            raise BadCell(field, _("“%(value)s” is not a number.") % {"value": raw[:60]})
        number = Decimal(raw)
        if number.adjusted() >= WHOLE_DIGITS:
            raise BadCell(field, _("The number has more than %(limit)s digits.") % {"limit": WHOLE_DIGITS})
        return number.quantize(DECIMAL_PLACES)

    def _raw(self, field: str) -> str:
        position = self._layout.positions.get(field)
        return "" if position is None else self._values[position].strip()

    def _parsed(self, field: str, raw: str) -> datetime:
        for form in self._layout.date_formats:
            try:
                return _plausible(field, datetime.strptime(raw, form), raw)  # noqa: DTZ007 - the zone is set after
            except ValueError:
                continue
        if not self._layout.date_formats and _STARTS_LIKE_ISO.match(raw):
            try:
                return _plausible(field, datetime.fromisoformat(raw), raw)
            except ValueError:
                pass
        raise BadCell(field, _("“%(value)s” is not a date in the expected form.") % {"value": raw[:60]})

    def _in_utc(self, field: str, moment: datetime, raw: str) -> datetime:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        local = moment.replace(tzinfo=self._layout.zone)
        in_utc = local.astimezone(UTC)
        is_skipped = in_utc.astimezone(self._layout.zone).replace(tzinfo=None) != moment
        if is_skipped and moment.time() != time.min:
            raise BadCell(
                field,
                _("%(value)s does not exist in %(zone)s: the clocks were put forward.")
                % {"value": raw[:60], "zone": self._layout.zone.key},
            )
        return in_utc


def _bounded(field: str, text: str, limit: int | None) -> str:
    if limit is not None and len(text) > limit:
        raise BadCell(field, _("The cell is longer than %(limit)s characters.") % {"limit": limit})
    return text


def _plausible(field: str, moment: datetime, raw: str) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadCell(field, _("The year of “%(value)s” is not plausible.") % {"value": raw[:60]})
    return moment


def _word_for(value: str, words: Mapping[str, str]) -> str:
    """What a file may say for the value in the reader's language, or the value itself where nothing is known."""
    is_chinese = _is_chinese()
    return next(
        (word for word, meant in words.items() if meant == value and word.isascii() != is_chinese), value
    )


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
