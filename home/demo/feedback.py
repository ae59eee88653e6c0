"""The feedback items of the year, the late-delivery wave among them, and the replies to them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from feedback.choices import Channel, Kind, Status
from feedback.services import REPLY_WITHIN, ItemRow
from home.demo import story
from home.demo.people import FAMILY_EN, GIVEN_EN, GIVEN_ZH, SUPPORT, SURNAMES
from home.demo.phrases import Phrases
from home.demo.phrases_en import ENGLISH
from home.demo.phrases_zh import CHINESE
from home.demo.themes import THEMES, ThemePlan
from home.demo.year import Year, level, order_weight, whole

CUSTOMERS = 950
CHINESE_SHARE = 0.62
CHANNELS = {Channel.CHAT: 40, Channel.PHONE: 24, Channel.WEB: 20, Channel.EMAIL: 16}
OTHER_KINDS = {Kind.QUESTION: 62, Kind.SUGGESTION: 20, Kind.PRAISE: 18}
# Hours until the reply to complaints nobody has answered is due; negative: it was due.
HOURS_TO_BREACH = (-2.6, -0.7, 0.4, 1.2, 2.1, 2.9, 3.6)
RESOLVED_DAYS_LIMIT = 21.0
NEVER_RESOLVED = 0.012
BY_KEY = {theme.key: theme for theme in THEMES}


@dataclass(frozen=True, slots=True)
class Staff:
    """Ids of teams by their key, and of the members who work in each."""

    teams: dict[str, int | None]
    members: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who writes to us, in one language."""

    external_id: str
    name: str
    phrases: Phrases


def feedback_rows(year: Year, rng: Random, staff: Staff) -> list[ItemRow]:
    """Every item of the year in order of opening; the last ones wait for their first reply."""
    writer = _Writer(year, rng, staff)
    rows = [row for day in year.days for row in writer.day(day)]
    rows += [writer.waiting(hours) for hours in HOURS_TO_BREACH]
    return sorted(rows, key=lambda row: (row.opened_at, row.external_id))


def with_reopenings(year: Year, rng: Random, rows: list[ItemRow]) -> list[ItemRow]:
    """The same items, but some come back a few days after they were resolved, and are resolved again."""
    return [_reopened(year, rng, row) for row in rows]


def _reopened(year: Year, rng: Random, row: ItemRow) -> ItemRow:
    if row.resolved_at is None:
        return row
    share = level(story.REOPENED, year.position(row.resolved_at.astimezone(year.zone).date()))
    back_at = row.resolved_at + timedelta(hours=rng.uniform(5, 110))
    again_at = back_at + timedelta(hours=rng.lognormvariate(2.6, 0.8))
    if rng.random() > share or back_at > year.now:
        return row
    steps = ((row.resolved_at, Status.RESOLVED.value), (back_at, Status.IN_PROGRESS.value))
    return replace(row, steps=steps, resolved_at=again_at if again_at < year.now else None)


def orders_on(year: Year, day: date, rng: Random) -> int:
    """Completed orders of one day; of today only those until now."""
    share = 1.0
    if day == year.today:
        hours = (year.now - year.at(day, 0)) / timedelta(hours=1)
        share = min(1.0, hours / 24)
    return whole(level(story.ORDERS, year.position(day)) * order_weight(day) * share, rng)


def _customers(rng: Random) -> list[Customer]:
    customers = []
    for number in range(CUSTOMERS):
        if rng.random() < CHINESE_SHARE:
            name, phrases = rng.choice(SURNAMES) + rng.choice(GIVEN_ZH.split(",")), CHINESE
        else:
            name, phrases = f"{rng.choice(GIVEN_EN.split(','))} {rng.choice(FAMILY_EN.split(','))}", ENGLISH
        customers.append(Customer(f"C-{number + 1:04d}", name, phrases))
    return customers


class _Writer:
    """Makes rows with one stream of chance, so that a seed gives the same year again."""

    def __init__(self, year: Year, rng: Random, staff: Staff) -> None:
        self._year, self._rng, self._staff = year, rng, staff
        self._customers = _customers(rng)
        self._count = 0

    def day(self, day: date) -> Iterator[ItemRow]:
        """The items opened on one day, except those that would lie in the future."""
        position = self._year.position(day)
        orders = level(story.ORDERS, position) * order_weight(day) / 1000
        usual = whole(level(story.USUAL_COMPLAINTS, position) * orders, self._rng)
        carrier = whole(level(story.CARRIER_COMPLAINTS, position) * orders, self._rng)
        other = whole(level(story.OTHER_FEEDBACK, position) * order_weight(day), self._rng)
        plans: list[tuple[str, ThemePlan]] = [(Kind.COMPLAINT, self._theme()) for _ in range(usual)]
        plans += [(Kind.COMPLAINT, BY_KEY[story.LATE_DELIVERY]) for _ in range(carrier)]
        plans += [(self._weighted(OTHER_KINDS), self._theme()) for _ in range(other)]
        for kind, theme in plans:
            opened_at = self._year.at(day, self._rng.triangular(7.5, 22.5, 13))
            # The last hours belong to the items that wait for their first reply.
            if opened_at < self._year.now - timedelta(hours=11):
                yield self._answered(kind, theme, opened_at)

    def waiting(self, hours_to_breach: float) -> ItemRow:
        """A complaint nobody has answered, so many hours before its reply is due."""
        due_at = self._year.now + timedelta(hours=hours_to_breach)
        opened_at = due_at - REPLY_WITHIN[Kind.COMPLAINT]
        return self._row(Kind.COMPLAINT, self._theme(), opened_at, (), None)

    def _answered(self, kind: str, theme: ThemePlan, opened_at: datetime) -> ItemRow:
        position = self._year.position(opened_at.astimezone(self._year.zone).date())
        hours = level(story.REPLY_HOURS, position) * self._rng.lognormvariate(0, 0.75)
        replied_at = self._daytime(opened_at + timedelta(hours=min(hours, 60)))
        days = level(story.RESOLUTION_DAYS, position) * self._rng.lognormvariate(0, 0.85)
        resolved_at = self._daytime(replied_at + timedelta(days=min(days, RESOLVED_DAYS_LIMIT)))
        is_stuck = self._rng.random() < NEVER_RESOLVED and position > 11
        # Nothing of the last hours may be left unanswered by chance: what waits is what `waiting` makes.
        replied_at = min(replied_at, self._year.now - timedelta(minutes=self._rng.randrange(5, 90)))
        is_resolved = resolved_at < self._year.now and not is_stuck
        return self._row(kind, theme, opened_at, (replied_at,), resolved_at if is_resolved else None)

    def _row(
        self,
        kind: str,
        theme: ThemePlan,
        opened_at: datetime,
        replied_at: tuple[datetime, ...],
        resolved_at: datetime | None,
    ) -> ItemRow:
        self._count += 1
        customer = self._rng.choice(self._customers)
        subject, body, answer = self._words(kind, theme, customer.phrases)
        team = theme.team if kind == Kind.COMPLAINT else SUPPORT
        return ItemRow(
            external_id=f"F-{self._count:05d}",
            kind=kind,
            channel=self._weighted(CHANNELS),
            customer_name=customer.name,
            customer_external_id=customer.external_id,
            theme_key=theme.key if kind in (Kind.COMPLAINT, Kind.QUESTION) else "",
            team_id=self._staff.teams[team],
            assignee_id=self._rng.choice(self._staff.members[team]) if replied_at else None,
            subject=subject,
            body=body,
            opened_at=opened_at,
            replies=tuple((at, answer) for at in replied_at),
            resolved_at=resolved_at,
        )

    def _words(self, kind: str, theme: ThemePlan, phrases: Phrases) -> tuple[str, str, str]:
        rng, said = self._rng, phrases.themes[theme.key]
        thanks, closing = rng.choice(phrases.thanks), rng.choice(phrases.closings)
        if kind == Kind.COMPLAINT:
            wish = rng.choice(phrases.wishes) if rng.random() < 0.7 else ""
            details = rng.sample(said.details, k=min(len(said.details), rng.choice((1, 1, 2))))
            body = phrases.together(rng, rng.choice(phrases.openings), *details, wish)
            answer = phrases.together(rng, thanks, rng.choice(said.answers), closing)
            return phrases.fill(rng.choice(said.subjects), rng), body, answer
        if kind == Kind.QUESTION:
            subject, detail = rng.choice(said.questions)
            answer = phrases.together(rng, rng.choice(said.answers), closing)
        else:
            subject, detail = rng.choice(phrases.suggestions if kind == Kind.SUGGESTION else phrases.praise)
            answer = phrases.together(rng, thanks, closing)
        opening = rng.choice(phrases.openings) if rng.random() < 0.5 else ""
        return phrases.fill(subject, rng), phrases.together(rng, opening, detail), answer

    def _theme(self) -> ThemePlan:
        return self._rng.choices(THEMES, weights=[theme.weight for theme in THEMES])[0]

    def _weighted(self, shares: dict[Channel, int] | dict[Kind, int]) -> str:
        return str(self._rng.choices([str(key.value) for key in shares], weights=list(shares.values()))[0])

    def _daytime(self, at: datetime) -> datetime:
        """Nobody answers at night: what falls between 22 and 7 o'clock happens early in the morning."""
        local = at.astimezone(self._year.zone)
        if 7 <= local.hour < 22:
            return at
        day = local.date() + timedelta(days=local.hour >= 22)
        return max(at, self._year.at(day, self._rng.uniform(7, 9)))


def is_late_delivery(row: ItemRow) -> bool:
    """Whether the item belongs to the planted wave's theme."""
    return row.kind == Kind.COMPLAINT and row.theme_key == story.LATE_DELIVERY
