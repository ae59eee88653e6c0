"""Three months of the demo for an organization of its own: no people and no sign-ins, only rows that can go again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from feedback.services import InvitationRow, ItemRow, ResponseRow
from goals.models import Goal
from home.demo.feedback import Staff, feedback_rows, orders_on
from home.demo.goals import GOALS, GoalMaker, make_goal
from home.demo.people import PROJECTS, TEAMS
from home.demo.surveys import (
    AFTER_SERVICE,
    RECOMMENDATION,
    SURVEYS,
    invitation_rows,
    recommendation_rows,
    response_rows,
)
from home.demo.work import Places, work_of
from home.demo.year import Year
from home.first_steps import SAMPLE_SOURCE
from kpis.services import MeasurementRow
from people.models import Membership
from tasks.services import TaskRow

MONTHS = 3
SAMPLE_GOALS = ("complaint-rate", "csat", "first-response", "procedures")
SAMPLE_SURVEYS = tuple(survey for survey in SURVEYS if survey["key"] in (AFTER_SERVICE, RECOMMENDATION))
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything that is made; the same for the same moment, member and teams."""

    items: list[ItemRow]
    tasks: list[TaskRow]
    orders: list[MeasurementRow]
    invitations: list[InvitationRow]
    answers: list[tuple[str, ResponseRow]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sample is made for: until when, where, and for which member and teams; `goal_id` is that of its goal."""

    now: datetime
    zone: ZoneInfo
    member_id: int
    team_ids: Sequence[int]
    goal_id: int | None = None

    @property
    def year(self) -> Year:
        """The three months before."""
        return Year(self.now, self.zone, MONTHS)

    @property
    def teams(self) -> dict[str, int | None]:
        """The teams there are in the places of those of the demo."""
        ids = self.team_ids
        return {key: ids[at % len(ids)] if ids else None for at, key in enumerate(TEAMS)}


def sample_rows(setting: Setting) -> Sample:
    """Feedback, surveys, tasks and orders, all of one member and of the teams there are."""
    now, year = setting.now, setting.year
    staff = Staff(setting.teams, {key: [setting.member_id] for key in TEAMS})
    items = [
        replace(row, customer_external_id=f"{SAMPLE_SOURCE}:{row.customer_external_id}")
        for row in feedback_rows(year, _chance("feedback"), staff)
    ]
    places = Places(staff, dict.fromkeys(PROJECTS), {"complaint-rate": setting.goal_id})
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
    answers = {
        AFTER_SERVICE: response_rows(year, _chance("surveys"), staff, items),
        RECOMMENDATION: recommendation_rows(year, _chance("recommendation")),
    }
    return Sample(
        items,
        work.rows,
        orders,
        invitation_rows(year, items),
        [(key, row) for key, rows in answers.items() for row in rows],
    )


def sample_goals(setting: Setting, owner: Membership, kpis: dict[str, int]) -> Iterator[tuple[str, Goal]]:
    """Goals of the owner with key results and past check-ins, each made when it is asked for, with its key.

    Refuses an owner who may set none.
    """
    teams: dict[str, int | None] = dict.fromkeys(TEAMS)
    maker = GoalMaker(setting.year, _chance("goals"), dict.fromkeys(TEAMS, owner), teams, kpis)
    for plan in GOALS:
        if plan.key in SAMPLE_GOALS and {target.measure for target in plan.targets} - {"", "tasks"} <= set(
            kpis
        ):
            yield plan.key, make_goal(plan, maker)


def _chance(part: str) -> Random:
    return Random(f"{SEED}:{part}")  # noqa: S311 - a sample, not a secret
