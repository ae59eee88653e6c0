"""The tasks of the year with their history: the daily work, and the repair of the late deliveries."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from feedback.choices import Kind
from feedback.services import ItemRow
from home.demo import story
from home.demo.feedback import Staff, is_late_delivery
from home.demo.people import FULFILMENT
from home.demo.work_titles import FOLLOW_UPS, ORDINARY, REPAIRS
from home.demo.year import Year, level, whole, work_weight
from tasks.choices import Priority, Status
from tasks.services import TaskRow

TASKS_A_DAY = 5.05
NEVER_DONE = 0.075
CANCELLED = 0.03
WAITING = 0.16
WITHOUT_DUE = 0.17
DUE_DAYS = (2, 3, 3, 4, 5, 5, 6, 7, 8, 10)
PRIORITIES = {Priority.URGENT: 5, Priority.HIGH: 20, Priority.NORMAL: 60, Priority.LOW: 15}
REPAIR_FROM, REPAIR_TO, REPAIRED_BY = 7.85, 8.75, 9.4
FOLLOW_UP_SHARE = 0.07
ITEMS_PER_REPAIR = 6


@dataclass(frozen=True, slots=True)
class Work:
    """The task rows, and which task (by external id) answers which feedback items (by external id)."""

    rows: list[TaskRow]
    links: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Places:
    """Ids of everything a task can belong to, by the demo's own keys."""

    staff: Staff
    projects: dict[str, int | None]
    goals: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a task belongs."""

    team: str
    goal_id: int | None = None
    priority: int = Priority.NORMAL


def work_of(year: Year, rng: Random, places: Places, items: list[ItemRow]) -> Work:
    """All tasks in order of opening, with the links to the feedback they answer."""
    planner = _Planner(year, rng, places)
    rows = list(planner.ordinary())
    links: dict[str, list[str]] = defaultdict(list)
    for row, item in planner.follow_ups(items):
        rows.append(row)
        links[row.external_id].append(item.external_id)
    for row in planner.repairs():
        rows.append(row)
        links[row.external_id] += _affected(row, items, rng)
    return Work(sorted(rows, key=lambda row: (row.opened_at, row.external_id)), dict(links))


def _affected(row: TaskRow, items: Sequence[ItemRow], rng: Random) -> list[str]:
    since = row.opened_at - timedelta(days=12)
    wave = [
        item.external_id
        for item in items
        if is_late_delivery(item) and since < item.opened_at < row.opened_at
    ]
    return sorted(rng.sample(wave, k=min(len(wave), ITEMS_PER_REPAIR)))


class _Planner:
    """Makes tasks with one stream of chance."""

    def __init__(self, year: Year, rng: Random, places: Places) -> None:
        self._year, self._rng, self._staff = year, rng, places.staff
        self._projects, self._goals = places.projects, places.goals
        self._count = 0

    def ordinary(self) -> Iterator[TaskRow]:
        """The daily work of all teams; a fifth of it serves one of the goals."""
        teams = {"support": 30, "fulfilment": 28, "field": 24, "quality": 18}
        for day in self._year.days:
            for _ in range(whole(TASKS_A_DAY * work_weight(day), self._rng)):
                team = self._rng.choices(list(teams), weights=list(teams.values()))[0]
                goal = self._rng.choice(list(self._goals.values())) if self._rng.random() < 0.12 else None
                place = Place(team, goal, self._priority())
                row = self._task(
                    self._rng.choice(ORDINARY[team]), self._year.working_moment(day, self._rng), place
                )
                if row is not None:
                    yield row

    def follow_ups(self, items: Sequence[ItemRow]) -> Iterator[tuple[TaskRow, ItemRow]]:
        """Some complaints become a task of the team that answers for them, a few hours after the reply."""
        names = {team_id: team for team, team_id in self._staff.teams.items()}
        for item in items:
            if item.kind == Kind.COMPLAINT and item.replies and self._rng.random() < FOLLOW_UP_SHARE:
                opened_at = item.replies[0][0] + timedelta(hours=self._rng.uniform(0.2, 4))
                place = Place(names[item.team_id], None, Priority.HIGH)
                title = f"{self._rng.choice(FOLLOW_UPS)} · {item.subject}"
                row = self._task(title, opened_at, place)
                if row is not None:
                    yield row, item

    def repairs(self) -> Iterator[TaskRow]:
        """What the fulfilment team did about the late deliveries, all done by month 10."""
        first, last = self._year.day_at(REPAIR_FROM), self._year.day_at(REPAIR_TO)
        step = (last - first) / len(REPAIRS)
        done_by = self._year.at(self._year.day_at(REPAIRED_BY), 17)
        for number, title in enumerate(REPAIRS):
            opened_at = self._year.working_moment(first + number * step, self._rng)
            place = Place(
                FULFILMENT, self._goals["complaint-rate"], Priority.URGENT if number < 6 else Priority.HIGH
            )
            done_at = min(opened_at + timedelta(days=self._rng.uniform(2, 14)), done_by)
            row = self._new(title, opened_at, place)
            due_on = (
                (opened_at + timedelta(days=self._rng.choice((7, 10, 14)))).astimezone(self._year.zone).date()
            )
            if done_at < self._year.now and opened_at > self._year.at(self._year.days[0], 0):
                yield self._done(replace(row, due_on=due_on), done_at)

    def _task(self, title: str, opened_at: datetime, place: Place) -> TaskRow | None:
        if opened_at >= self._year.now:
            return None
        row = self._new(title, opened_at, place)
        chance = self._rng.random()
        if chance < NEVER_DONE:
            return self._left_open(row)
        due_on = self._due_on(row)
        done_at = self._done_at(row, due_on)
        if chance < NEVER_DONE + CANCELLED and done_at < self._year.now:
            return replace(self._closed(row, done_at, Status.CANCELLED), due_on=due_on)
        row = replace(row, due_on=due_on if self._rng.random() > WITHOUT_DUE else None)
        return self._done(row, done_at) if done_at < self._year.now else self._under_way(row)

    def _new(self, title: str, opened_at: datetime, place: Place) -> TaskRow:
        self._count += 1
        return TaskRow(
            external_id=f"T-{self._count:05d}",
            title=title[:300],
            status=Status.TODO,
            opened_at=opened_at,
            priority=place.priority,
            assignee_id=self._rng.choice(self._staff.members[place.team]),
            team_id=self._staff.teams[place.team],
            project_id=self._projects[place.team],
            goal_id=place.goal_id,
            transitions=((opened_at, Status.TODO, ""),),
        )

    def _due_on(self, row: TaskRow) -> date:
        days = self._rng.choice(DUE_DAYS)
        return self._year.working_moment(self._local(row.opened_at) + timedelta(days=days), self._rng).date()

    def _done_at(self, row: TaskRow, due_on: date) -> datetime:
        """Before the end of the due day or a few days after it, as often as that part of the year has it."""
        room = max((due_on - self._local(row.opened_at)).days, 1)
        if self._rng.random() < level(story.ON_TIME, self._year.position(due_on)):
            day = due_on - timedelta(days=self._rng.randrange(room))
            at = self._year.at(day, self._rng.uniform(9, 18.5))
        else:
            at = self._year.at(
                due_on + timedelta(days=1 + int(self._rng.expovariate(0.5))), self._rng.uniform(9, 18)
            )
        return max(at, row.opened_at + timedelta(minutes=self._rng.randrange(25, 400)))

    def _left_open(self, row: TaskRow) -> TaskRow:
        """Tasks that stay: some are overdue by now, most never had a due day."""
        age = (self._year.today - self._local(row.opened_at)).days
        due_on = None
        if age < 60:
            due_on = self._year.today + timedelta(days=self._rng.randrange(-16, 12))
            due_on = max(due_on, self._local(row.opened_at))
        return replace(self._under_way(row), due_on=due_on)

    def _under_way(self, row: TaskRow) -> TaskRow:
        started_at = row.opened_at + timedelta(hours=self._rng.lognormvariate(1.8, 1.0))
        if started_at >= self._year.now or self._rng.random() < 0.3:
            return row
        steps = (*row.transitions, (started_at, Status.IN_PROGRESS, ""))
        return replace(row, status=Status.IN_PROGRESS, transitions=steps)

    def _done(self, row: TaskRow, done_at: datetime) -> TaskRow:
        return self._closed(row, done_at, Status.DONE)

    def _closed(self, row: TaskRow, closed_at: datetime, status: Status) -> TaskRow:
        span = closed_at - row.opened_at
        steps = [
            *row.transitions,
            (row.opened_at + span * self._rng.uniform(0.05, 0.4), Status.IN_PROGRESS, ""),
        ]
        if self._rng.random() < WAITING:
            steps.append((row.opened_at + span * 0.5, Status.WAITING, ""))
            steps.append((row.opened_at + span * 0.8, Status.IN_PROGRESS, ""))
        steps.append((closed_at, status, ""))
        return replace(row, status=status, closed_at=closed_at, transitions=tuple(steps))

    def _priority(self) -> int:
        return int(self._rng.choices(list(PRIORITIES), weights=list(PRIORITIES.values()))[0])

    def _local(self, at: datetime) -> date:
        return at.astimezone(self._year.zone).date()
