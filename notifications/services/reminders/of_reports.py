"""The report of the week that is over."""

from collections.abc import Iterator
from datetime import timedelta

from notifications.services.planning import Due
from notifications.services.reminders.occasion import Occasion
from people.models import Organization

ORGANIZATION = Organization._meta.label_lower


def weekly_reports(occasion: Occasion) -> Iterator[Due]:
    """Each manager has the report of last week once, on the first working day of this one or `lead` later."""
    monday = occasion.today - timedelta(days=occasion.today.weekday())
    day = occasion.workdays.add(occasion.workdays.first_from(monday), occasion.rule.lead)
    if day > occasion.today:
        return
    year, week, _day = (monday - timedelta(days=1)).isocalendar()
    subject = (ORGANIZATION, occasion.organization.pk)
    readers = occasion.people.managers()
    yield from occasion.tell(readers, subject, f"{year}-W{week}", occasion.morning(day))
