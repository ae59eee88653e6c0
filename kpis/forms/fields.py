"""Fields that several forms of the KPIs share: days, and values in the words people use for them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kpis.choices import Unit
from kpis.models import VALUE_DIGITS, VALUE_PLACES

HOUR = 3_600
# A number alone is hours, as the pages have always said.
SECONDS_OF = {
    "": HOUR,
    **dict.fromkeys(("s", "sec", "秒"), 1),
    **dict.fromkeys(("m", "min", "分", "分钟"), 60),
    **dict.fromkeys(("h", "小时", "时"), HOUR),
    **dict.fromkeys(("d", "天", "日"), 24 * HOUR),
    **dict.fromkeys(("w", "周"), 7 * 24 * HOUR),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z一-鿿]*)")
_LARGEST = Decimal(10) ** (VALUE_DIGITS - VALUE_PLACES)


class DayInput(forms.DateInput):
    """A day by the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DurationField(forms.CharField):
    """A duration as people write it (`90 s`, `2 h 30 min`, `3 d`, `2小时`), cleaned to seconds; a number is hours."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.widget.attrs["inputmode"] = "text"

    def clean(self, value: Any) -> Any:
        """Seconds, or None where nothing was typed."""
        text = super().clean(value).strip().replace("−", "-")
        if not text:
            return None
        sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
        parts = _PART.findall(text)
        known = [(number, unit.lower()) for number, unit in parts if unit.lower() in SECONDS_OF]
        rest = _PART.sub("", text).strip()
        if not parts or rest or len(known) < len(parts) or (len(parts) > 1 and not all(u for _n, u in known)):
            raise ValidationError(_("Write a duration such as 90 s, 15 min, 2 h 30 min or 3 d."))
        seconds = sign * sum((Decimal(number) * SECONDS_OF[unit] for number, unit in known), Decimal(0))
        if abs(seconds) >= _LARGEST:
            raise ValidationError(_("This duration is too long."))
        return seconds.quantize(Decimal(1).scaleb(-VALUE_PLACES))

    def prepare_value(self, value: Any) -> Any:
        """Stored seconds in the words the field takes."""
        return duration_words(Decimal(value)) if isinstance(value, int | Decimal) else value


class PlainNumberField(forms.DecimalField):
    """A number, shown without the zeros that its column keeps."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=VALUE_DIGITS, decimal_places=VALUE_PLACES, **options)

    def prepare_value(self, value: Any) -> Any:
        """Stored numbers without trailing zeros."""
        return plain(value) if isinstance(value, Decimal) else value


def value_field(unit: str, **options: Any) -> forms.Field:
    """The field for a value of this unit."""
    return DurationField(**options) if unit == Unit.SECONDS else PlainNumberField(**options)


def duration_help(unit: str) -> str:
    """How to write a duration; empty for other units."""
    if unit != Unit.SECONDS:
        return ""
    return _("For example 90 s, 15 min, 2 h 30 min or 3 d; a number alone is hours.")


def plain(value: Decimal) -> str:
    """The number without trailing zeros and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration_words(seconds: Decimal) -> str:
    """Exactly these seconds in days, hours, minutes and seconds."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    words = []
    for size, name in ((24 * HOUR, "d"), (HOUR, "h"), (60, "min")):
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{plain(count)} {name}")
    if rest or not words:
        words.append(f"{plain(rest)} s")
    return sign + " ".join(words)
