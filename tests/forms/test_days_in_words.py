"""A day may be typed in words where a form asks for one."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tasks.forms import DayField

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def field() -> DayField:
    """The field of an organization in Shanghai."""
    field = DayField()
    field.zone = ZONE
    return field


def test_days_are_typed_as_people_write_them(field: DayField) -> None:
    today = timezone.localtime(timezone=ZONE).date()
    assert field.clean("明天") == field.clean(" tomorrow ") == today + timedelta(days=1)
    assert field.clean("fri").weekday() == field.clean("周五").weekday() == 4
    assert today <= field.clean("fri") <= today + timedelta(days=7)
    assert (field.clean("3 Dec").month, field.clean("12月3日").day) == (12, 3)
    assert field.clean("2030-01-02") == date(2030, 1, 2)


@pytest.mark.parametrize("said", ["soon", "tomorrow 3pm", "call Mrs Wang fri", "31 Feb"])
def test_what_is_not_a_day_alone_is_refused(field: DayField, said: str) -> None:
    with pytest.raises(ValidationError):
        field.clean(said)
