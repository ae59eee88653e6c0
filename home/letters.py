"""The weekly report as a message."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from home.blocks import REPORT, Reading, Table
from home.blocks.scope import Wanted
from home.weeks import Week
from notifications.choices import Rule
from notifications.models import Delivery
from notifications.selectors import Said, writes
from people.filters import EVERY_TEAM
from people.models import Membership
from tasks.selectors import local_day


@writes(Rule.WEEKLY_REPORT)
def weekly_report(delivery: Delivery) -> Said:
    """The report in full for a manager, and where it stands for a chat room; read when it is written."""
    year, _sep, number = delivery.period.partition("~")[0].partition("-W")
    week = Week(int(year), int(number))
    readers = Membership.objects.select_related("organization", "user")
    reader = readers.filter(deliveries=delivery.pk).first()
    words = {"year": week.year, "week": week.number}
    return Said(
        "letters/weekly_report",
        f"{reverse('home:report', args=[week.year, week.number])}?team={EVERY_TEAM}",
        _("Weekly report %(week)s") % {"week": week.name},
        words
        if reader is None
        else {**words, "tables": SimpleLazyObject(lambda: report_tables(reader, week))},
    )


def report_tables(reader: Membership, week: Week) -> list[Table]:
    """All tables of the report that have a row, as this member may see them."""
    reading = Reading(reader, report_scope(week, reader))
    return [table for read in REPORT for table in read(reading).tables() if table.rows]


def report_scope(week: Week, reader: Membership, team_id: int | None = None) -> Wanted:
    """The complete days of a week, so far."""
    today = local_day(reader)
    last_on = min(week.sunday, today - week.sunday.resolution)
    return Wanted(today, week.monday, last_on, team_id, is_everybody=team_id is None, is_usual=False)
