"""Saying on which days an organization works."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput, NotAllowed, NotVisible
from people.choices import Permission
from people.models import Membership
from people.permissions import may
from tasks.models import SpecialDay, WorkCalendar
from tasks.workdays import NOWHERE, countries


@transaction.atomic
def set_work_calendar(
    *, by: Membership, country: str, rest_days: Sequence[int], subdivision: str = ""
) -> WorkCalendar:
    """The organization keeps the public holidays of `country` (`-`: of none) and rests on `rest_days` (ISO numbers).

    Refuses whoever may not manage reminders, unknown countries, and a week without a working day.
    """
    if not may(by, Permission.REMINDERS_MANAGE):
        raise NotAllowed
    if country != NOWHERE and country not in dict(countries()):
        raise InvalidInput({"country": [_("There is no such country.")]})
    if not set(rest_days) < set(range(1, 8)):
        raise InvalidInput({"rest_days": [_("Leave at least one working day.")]})
    chosen, _created = WorkCalendar.objects.update_or_create(
        organization_id=by.organization_id,
        defaults={"country": country, "subdivision": subdivision, "rest_days": sorted(set(rest_days))},
    )
    record(
        "work_calendar.changed", subject=chosen, organization_id=by.organization_id, by=by, country=country
    )
    return chosen


@transaction.atomic
def set_special_day(*, by: Membership, on: date, is_working: bool, name: str = "") -> tuple[SpecialDay, bool]:
    """This day is worked, or free, whatever the calendar says; the same day again is changed. Refuses as above.

    Returns it, and whether it is a new one.
    """
    if not may(by, Permission.REMINDERS_MANAGE):
        raise NotAllowed
    day, is_new = SpecialDay.objects.update_or_create(
        organization_id=by.organization_id, on=on, defaults={"is_working": is_working, "name": name.strip()}
    )
    record("work_calendar.changed", subject=day, organization_id=by.organization_id, by=by, on=str(on))
    return day, is_new


@transaction.atomic
def remove_special_day(*, by: Membership, day_id: int) -> None:
    """The calendar decides about that day again. Refuses as above."""
    if not may(by, Permission.REMINDERS_MANAGE):
        raise NotAllowed
    day = SpecialDay.objects.visible_to(by).filter(pk=day_id).first()
    if day is None:
        raise NotVisible
    record("work_calendar.changed", subject=day, organization_id=by.organization_id, by=by, on=str(day.on))
    day.delete()
