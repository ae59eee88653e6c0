"""The desks of those who sign in, as they are today: dated tasks, their steps, the time spent, replies owed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from feedback.services import ItemRow
from home.demo.desk_papers import CHECKLISTS, DESKS, OWING
from home.demo.feedback import Staff
from home.demo.people import Person
from home.demo.work import Places
from home.demo.year import Year, is_resting
from tasks.choices import CLOSED, Status
from tasks.models import Step, TimeEntry
from tasks.services import TaskRow

RECENT = timedelta(days=14)
TIMED_SHARE = 0.6
MINUTES = (15, 25, 30, 45, 60, 90)
# What has become of a paper so many hours after the morning on which it was opened.
COURSE: Mapping[str, tuple[tuple[int, Status], ...]] = {
    Status.TODO: (),
    Status.IN_PROGRESS: ((3, Status.IN_PROGRESS),),
    Status.WAITING: ((3, Status.IN_PROGRESS), (5, Status.WAITING)),
}
Ids = Mapping[str, int]


def desk_rows(year: Year, members: Mapping[Person, int], places: Places) -> Iterator[TaskRow]:
    """The papers of everybody who has some, as task rows; no chance has a part in them."""
    for person, member_id in members.items():
        for number, paper in enumerate(DESKS.get(person.address, ())):
            opened_at = year.at(_working_day(year.today, -paper.opened_before), 9.5)
            course = [(opened_at + timedelta(hours=after), step, "") for after, step in COURSE[paper.status]]
            yield TaskRow(
                external_id=_external_id(person, number),
                title=paper.title,
                description=paper.description,
                status=paper.status,
                opened_at=opened_at,
                due_on=_working_day(year.today, paper.due_in),
                priority=paper.priority,
                assignee_id=member_id,
                team_id=places.staff.teams[person.team],
                project_id=places.projects[person.team],
                transitions=((opened_at, Status.TODO, ""), *course),
            )


def with_replies_owed(items: Sequence[ItemRow], members: Mapping[Person, int], staff: Staff) -> list[ItemRow]:
    """The same items, of which everybody who owes a reply has one, of their own team's before another's."""
    rows = list(items)
    waiting = [at for at, row in enumerate(rows) if not row.replies]
    for person, member_id in members.items():
        if person.address in OWING and waiting:
            at = next((at for at in waiting if rows[at].team_id == staff.teams[person.team]), waiting[0])
            rows[at] = replace(rows[at], assignee_id=member_id)
            waiting.remove(at)
    return rows


@dataclass(frozen=True, slots=True)
class Stored:
    """The tasks once they are there: their ids by external id, whose desks they lie on, and in which organization."""

    year: Year
    organization_id: int
    members: Mapping[Person, int]
    ids: Ids


def checklists(stored: Stored, chance: Random, rows: Sequence[TaskRow]) -> Iterator[Step]:
    """The steps of the open tasks that have a checklist; of what is in progress, some are checked off."""
    for row in rows:
        texts = () if row.status in CLOSED else CHECKLISTS.get(row.title, ())
        done = chance.randrange(1, len(texts)) if texts and row.status != Status.TODO else 0
        for number, text in enumerate(texts, start=1):
            step = Step(task_id=stored.ids[row.external_id], position=number, text=text)
            if number <= done:
                step.done_at = row.opened_at + (stored.year.now - row.opened_at) * number / (done + 1)
                step.done_by_id = row.assignee_id
            yield step


def time_spent(stored: Stored, chance: Random, rows: Sequence[TaskRow]) -> Iterator[TimeEntry]:
    """What was recorded on the papers, and for most of what was done in the last two weeks."""
    year = stored.year
    for person, member_id in stored.members.items():
        for number, paper in enumerate(DESKS.get(person.address, ())):
            task_id = stored.ids[_external_id(person, number)]
            for back, minutes in enumerate(paper.minutes, start=1):
                started_at = year.at(_working_day(year.today, -back), 10 + 2 * number)
                yield _entry(stored, task_id, member_id, started_at, started_at + timedelta(minutes=minutes))
    for row in rows:
        if row.assignee_id is None or row.closed_at is None or row.closed_at < year.now - RECENT:
            continue
        if chance.random() < TIMED_SHARE:
            started_at = max(row.closed_at - timedelta(minutes=chance.choice(MINUTES)), row.opened_at)
            task_id = stored.ids[row.external_id]
            yield _entry(stored, task_id, row.assignee_id, started_at, row.closed_at)


def _entry(
    stored: Stored, task_id: int, member_id: int, started_at: datetime, ended_at: datetime
) -> TimeEntry:
    return TimeEntry(
        organization_id=stored.organization_id,
        task_id=task_id,
        membership_id=member_id,
        started_at=started_at,
        ended_at=ended_at,
    )


def _external_id(person: Person, number: int) -> str:
    return f"D-{person.address}-{number}"


def _working_day(today: date, away: int) -> date:
    """The day so many working days after today, or before it; today itself whatever day it is."""
    day, step = today, 1 if away > 0 else -1
    for _ in range(abs(away)):
        day += timedelta(days=step)
        while is_resting(day):
            day += timedelta(days=step)
    return day
