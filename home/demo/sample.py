"""Three months of the demo for an organization of its own: no people and no sign-ins, only rows that can go again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from feedback.services import ItemRow
from home.demo.feedback import Staff, feedback_rows, orders_on
from home.demo.people import PROJECTS, TEAMS
from home.demo.work import Places, work_of
from home.demo.year import Year
from home.first_steps import SAMPLE_SOURCE
from kpis.services import MeasurementRow
from tasks.services import TaskRow

MONTHS = 3
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything that is made; the same for the same moment, member and teams."""

    items: list[ItemRow]
    tasks: list[TaskRow]
    orders: list[MeasurementRow]


def sample_rows(now: datetime, zone: ZoneInfo, member_id: int, team_ids: Sequence[int]) -> Sample:
    """Feedback, tasks and orders of the three months before `now`, all of one member and of the teams there are."""
    year = Year(now, zone, MONTHS)
    teams = {key: team_ids[at % len(team_ids)] if team_ids else None for at, key in enumerate(TEAMS)}
    staff = Staff(teams, {key: [member_id] for key in TEAMS})
    items = [
        replace(row, customer_external_id=f"{SAMPLE_SOURCE}:{row.customer_external_id}")
        for row in feedback_rows(year, _chance("feedback"), staff)
    ]
    places = Places(staff, dict.fromkeys(PROJECTS), {"complaint-rate": None})
    work = work_of(year, _chance("tasks"), places, items)
    chance = _chance("orders")
    orders = [
        MeasurementRow(
            source_key=f"{SAMPLE_SOURCE}:{day}",
            occurred_at=min(year.at(day, 23.5), now),
            value=Decimal(orders_on(year, day, chance)),
        )
        for day in year.days
    ]
    return Sample(items, work.rows, orders)


def _chance(part: str) -> Random:
    return Random(f"{SEED}:{part}")  # noqa: S311 - a sample, not a secret
