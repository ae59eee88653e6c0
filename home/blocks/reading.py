"""One look at the operations: what several blocks need is read once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from feedback.models import FeedbackItem
from feedback.selectors import ThemeTrend, item_list, theme_trend
from goals.models import Goal
from goals.selectors import MeasuredGoal, active_goals, kpi_ids_of, measured_by
from home.blocks.ground import Ground, ground
from home.blocks.scope import Scope, Wanted
from home.standouts import Standout, standouts
from kpis.models import Signal
from kpis.selectors import KpiBoard, kpi_board
from kpis.selectors.signals import signals
from people.models import Membership
from tasks.models import Task
from tasks.selectors import task_list

SIGNAL_ROWS = 5
THEME_WEEKS = 52
KEPT_SECONDS = 900


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
        key = self._key_of_kpis
        kept: tuple[datetime, KpiBoard] | None = cache.get(key)
        if kept is None:
            kept = self.now, self._read_kpis()
            cache.set(key, kept, KEPT_SECONDS)
        return _as_of_now(kept[1], kept[0], self.now)

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
        return standouts(self.kpis.cards, self.themes, days=self.scope.days)

    @cached_property
    def signals(self) -> list[Signal]:
        """The newest that wait for a decision, one more than are shown; of the team and of everybody."""
        found = signals(self.actor)
        if self.scope.team_ids is not None:
            found = found.filter(team_id__in=self.scope.team_ids) | found.filter(team__isnull=True)
        return list(found[: SIGNAL_ROWS + 1])

    @cached_property
    def tasks(self) -> dict[int, Task]:
        """The first overdue and waiting tasks, by id."""
        ids = {*self.ground.overdue_ids, *self.ground.waiting_ids}
        return {task.pk: task for task in task_list(self.actor).filter(pk__in=ids)} if ids else {}

    @cached_property
    def breaching(self) -> Sequence[FeedbackItem]:
        """The first items whose reply is about to be late, or is late."""
        ids = self.ground.breaching_ids
        return list(item_list(self.actor).filter(pk__in=ids).order_by("reply_due_at", "id")) if ids else []


def _as_of_now(board: KpiBoard, read_at: datetime, now: datetime) -> KpiBoard:
    """What was up to date when it was read and has not changed since is up to date now."""
    if read_at == now:
        return board
    cards = [
        replace(card, fresh_through=now) if card.fresh_through >= read_at else card for card in board.cards
    ]
    return KpiBoard(cards, board.values)
