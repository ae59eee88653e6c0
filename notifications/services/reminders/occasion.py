"""One look at one kind of reminder of one organization."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from notifications.choices import Rule
from notifications.models import ReminderRule
from notifications.selectors.readers import Responsible
from notifications.selectors.timing import next_at
from notifications.services.planning import Due
from people.models import Organization
from tasks.workdays import Workdays


@dataclass(frozen=True)
class Occasion:
    """The rule, the moment, and the calendar and people of the organization."""

    organization: Organization
    rule: ReminderRule
    now: datetime
    workdays: Workdays
    people: Responsible

    @cached_property
    def today(self) -> date:
        """The local day of the organization."""
        return self.now.astimezone(self.organization.zone).date()

    def morning(self, day: date) -> datetime:
        """When the reminders of a day go out."""
        zone = self.organization.zone
        return next_at(zone, time(self.rule.at_hour), datetime.combine(day, time(0), tzinfo=zone))

    def repetition(self, start: date) -> date | None:
        """The latest day on which a reminder that begins on the working day `start` is due; None before it.

        Only the latest: after an outage a person gets one message, not one for every day that was missed.
        """
        if start > self.today:
            return None
        every = self.rule.repeat_every
        if every == 0:
            return start
        passed = self.workdays.between(start, self.today)
        return self.workdays.add(start, passed // every * every)

    def tell(
        self,
        readers: Iterable[int],
        subject: tuple[str, int],
        period: str,
        at: datetime,
        rule: Rule | None = None,
    ) -> Iterator[Due]:
        """A message to each of the readers who is here."""
        for reader in sorted(readers):
            if self.people.is_here(reader):
                yield Due(rule or Rule(self.rule.kind), reader, *subject, period, at)

    def escalate(
        self, readers: Iterable[int], subject: tuple[str, int], period: str, at: datetime
    ) -> Iterator[Due]:
        """A message that something has waited too long; it says of which kind."""
        yield from self.tell(readers, subject, f"{self.rule.kind}|{period}", at, Rule.ESCALATED)
