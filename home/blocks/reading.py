"""One look at the operations: what several blocks need is read once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from common.prepared import prepared
from feedback.models import FeedbackItem
from feedback.selectors import ThemeTrend, item_list, theme_trend
from goals.models import Goal
from goals.selectors import MeasuredGoal, active_goals, kpi_ids_of, measured_by
from home.blocks.ground import ROWS, Ground, ground
from home.blocks.scope import Scope, Wanted
from home.standouts import KpiStandouts, Standout, standouts_of_kpis, told_together
from kpis.models import Signal
from kpis.selectors import KpiBoard, kpi_board
from kpis.selectors.signals import signals
from people.models import Membership
from tasks.models import Task
from tasks.selectors import task_list

Row = TypeVar("Row", bound=Model)

SIGNAL_ROWS = 5
MOST_IDS, NO_ROW = 2 * ROWS, 0
THEME_WEEKS = 52
KEPT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Kept:
    """What a process keeps of the KPIs, and when it was read."""

    read_at: datetime
    board: KpiBoard
    standouts: KpiStandouts


@dataclass(frozen=True)
class Reading:
    """What a person sees within what they asked for; everything is read when first asked for, and once."""

    actor: Membership
    wanted: Wanted

    @cached_property
    def now(self) -> datetime:
        """The moment that "overdue" and "about to" are meant at."""
        return timezone.now()

    @cached_property
    def ground(self) -> Ground:
        """Teams, choices, counts and news."""
        return ground(self.actor, self.wanted, self.now)

    @property
    def scope(self) -> Scope:
        """What is asked for, with the team."""
        return self.ground.scope

    @cached_property
    def kpis(self) -> KpiBoard:
        """The KPIs over the days asked for, and as they stand now; kept until one of them can be another."""
        return _as_of_now(self._kept.board, self._kept.read_at, self.now)

    @cached_property
    def _kept(self) -> Kept:
        key = self._key_of_kpis
        kept: Kept | None = cache.get(key)
        if kept is None:
            board = self._read_kpis()
            kept = Kept(self.now, board, standouts_of_kpis(board.cards, self.scope.days, self.scope.team_id))
            cache.set(key, kept, KEPT_SECONDS)
        return kept

    def _read_kpis(self) -> KpiBoard:
        return kpi_board(
            self.actor,
            last_on=self.scope.last_on,
            days=self.scope.days,
            team_ids=self.scope.team_ids,
            besides=kpi_ids_of(self._goals),
        )

    @property
    def _key_of_kpis(self) -> str:
        organization, scope = self.actor.organization, self.scope
        told = (
            organization.created_at,
            organization.version,
            self.ground.numbers_state,
            (scope.today, scope.first_on, scope.last_on, scope.team_ids),
            sorted(kpi_ids_of(self._goals)),
            get_language(),
        )
        return f"home.kpis.{organization.pk}.{sha256(repr(told).encode()).hexdigest()}"

    @cached_property
    def _goals(self) -> list[Goal]:
        return active_goals(self.actor)

    @cached_property
    def goals(self) -> list[MeasuredGoal]:
        """All active goals, of the team where one is asked for."""
        team_ids = self.scope.team_ids
        goals = [goal for goal in self._goals if team_ids is None or goal.team_id in team_ids]
        return measured_by(self.actor, goals, self.kpis.values)

    @cached_property
    def themes(self) -> list[ThemeTrend]:
        """Complaints by theme and week, the busiest first."""
        trends = theme_trend(
            self.actor,
            weeks=THEME_WEEKS,
            on=min(self.scope.today, self.scope.last_on + self.scope.last_on.resolution),
            team_ids=self.scope.team_ids,
        )
        return sorted(trends, key=lambda theme: -theme.total)

    @cached_property
    def standouts(self) -> list[Standout]:
        """What has clearly become worse, and what was bad and is well again."""
        return told_together(self._kept.standouts, self.themes, self.scope.team_query)

    @cached_property
    def signals(self) -> list[Signal]:
        """The newest that wait for a decision, one more than are shown; of the team and of everybody."""
        return prepared(_first_signals, self.scope.team_ids, organization=self.actor.organization_id)

    @cached_property
    def tasks(self) -> dict[int, Task]:
        """The first overdue and waiting tasks, by id."""
        ids = dict.fromkeys([*self.ground.overdue_ids, *self.ground.waiting_ids])
        return {task.pk: task for task in _by_ids(_some_tasks, self.actor, ids)}

    @cached_property
    def breaching(self) -> Sequence[FeedbackItem]:
        """The first items whose reply is about to be late, or is late."""
        return _by_ids(_some_items, self.actor, self.ground.breaching_ids)


def _first_signals(team_ids: frozenset[int] | None, *, organization: int) -> QuerySet[Signal]:
    found = signals(Membership(organization_id=organization))
    if team_ids is not None:
        found = found.filter(team_id__in=team_ids) | found.filter(team__isnull=True)
    return found[: SIGNAL_ROWS + 1]


def _some_tasks(*, organization: int, **ids: int) -> QuerySet[Task]:
    return task_list(Membership(organization_id=organization)).filter(pk__in=ids.values())


def _some_items(*, organization: int, **ids: int) -> QuerySet[FeedbackItem]:
    items = item_list(Membership(organization_id=organization)).filter(pk__in=ids.values())
    return items.order_by("reply_due_at", "id")


def _by_ids(build: Callable[..., QuerySet[Row]], actor: Membership, ids: Collection[int]) -> list[Row]:
    """The rows of these ids, as many as the ground names at most; none where there is no id."""
    if not ids:
        return []
    # Always as many, so that it is always the same statement.
    named = {f"id_{place}": row_id for place, row_id in enumerate([*ids, *[NO_ROW] * (MOST_IDS - len(ids))])}
    return prepared(build, organization=actor.organization_id, **named)


def _as_of_now(board: KpiBoard, read_at: datetime, now: datetime) -> KpiBoard:
    """What was up to date when it was read and has not changed since is up to date now."""
    if read_at == now:
        return board
    cards = [
        replace(card, fresh_through=now) if card.fresh_through >= read_at else card for card in board.cards
    ]
    return KpiBoard(cards, board.values)
