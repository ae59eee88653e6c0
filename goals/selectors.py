"""Reads of the goals app: goals with their measured progress, and what is due for review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Count, DateField, DateTimeField, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from common.errors import NotVisible
from common.models import OwnedQuerySet
from common.nesting import nested, revived
from common.prepared import prepared
from goals.choices import Kind, Pace, Source, Status
from goals.models import CheckIn, Goal, KeyResult
from goals.progress import elapsed_share, even_advance, pace_of, way_covered, weighted_progress
from kpis.models import Forecast
from kpis.selectors import CurrentValue, FutureDay, Outlook, current_values, outlooks, trusted_forecasts
from people.models import Membership

# Words of the tasks app, which is above this one and must not be imported.
TASK_DONE = "done"
TASK_CANCELLED = "cancelled"
FURTHEST_ZONE_AHEAD = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class MeasuredKeyResult:
    """A key result with its current value and the share of its way covered, 0 to 1; None: not measured.

    `outlook` is what its KPI will probably be at the end of the goal, where that can be forecast.
    """

    key_result: KeyResult
    current: Decimal | None
    progress: Decimal | None
    unit: str
    outlook: Outlook | None = None


@dataclass(frozen=True, slots=True)
class MeasuredGoal:
    """A goal with its progress and the elapsed share of its period (0 to 1), and the pace these two make."""

    goal: Goal
    key_results: Sequence[MeasuredKeyResult]
    progress: Decimal | None
    elapsed: Decimal
    pace: Pace
    confidence: str
    is_review_due: bool


@dataclass(frozen=True, slots=True)
class GoalOverview:
    """One goal with all that its page shows."""

    measured: MeasuredGoal
    children: Sequence[MeasuredGoal]
    check_ins: Sequence[CheckIn]
    tasks: Sequence[models.Model]


def local_day(actor: Membership) -> date:
    """Today on the calendar of the actor's organization."""
    return timezone.localdate(timezone=actor.organization.zone)


def goal_list(actor: Membership) -> OwnedQuerySet[Goal]:
    """The organization's goals with their task counts and newest confidence, for a filter and `measured`."""
    newest = CheckIn.objects.filter(goal=OuterRef("pk")).order_by("-at", "-id")
    return (
        Goal.objects.visible_to(actor)
        .select_related("owner__user", "team", "parent")
        .annotate(
            tasks_wanted=_task_count(~Q(tasks__status=TASK_CANCELLED)),
            tasks_done=_task_count(Q(tasks__status=TASK_DONE)),
            confidence=Coalesce(Subquery(newest.values("confidence")[:1]), Value("")),
        )
    )


def _task_count(wanted: Q) -> Subquery:
    """How many tasks of the goal are wanted; by a subquery, so that counts of one goal never multiply."""
    counted = Goal.objects.filter(pk=OuterRef("pk")).annotate(found=Count("tasks", filter=wanted))
    return Subquery(counted.values("found"))


def measured(actor: Membership, goals: Iterable[Goal]) -> list[MeasuredGoal]:
    """These goals of `goal_list` with progress and pace of today; at most five more queries for any number."""
    rows = list(goals)
    key_results: dict[int, list[KeyResult]] = {goal.pk: [] for goal in rows}
    for key_result in KeyResult.objects.filter(goal__in=rows).select_related("kpi").order_by("id"):
        key_results[key_result.goal_id].append(key_result)
    every = [each for parts in key_results.values() for each in parts]
    kpi_ids = {each.kpi_id for each in every if each.kpi_id is not None}
    values = current_values(actor.organization_id, kpi_ids) if kpi_ids else {}
    today = local_day(actor)
    future: dict[int, FutureDay] = {}
    for goal in rows:
        future |= _future_days(goal, key_results[goal.pk], values, today)
    ahead = _ahead(future, outlooks(actor.organization, set(future.values())))
    return [_measured_goal(goal, key_results[goal.pk], values, ahead, today) for goal in rows]


def active_goals(actor: Membership) -> list[Goal]:
    """The organization's active goals with all that `measured_by` needs besides the values of their KPIs. One query."""
    return prepared(_active_goals, organization=actor.organization_id)


def _active_goals(*, organization: int) -> models.QuerySet[Goal]:
    key_results = KeyResult.objects.filter(goal=OuterRef("pk")).order_by("id")
    forecasts = trusted_forecasts().filter(kpi__key_results__goal=OuterRef("pk"))
    goals = goal_list(Membership(organization_id=organization)).filter(status=Status.ACTIVE).order_by("id")
    return goals.annotate(known_parts=nested(key_results), known_forecasts=nested(forecasts))


def kpi_ids_of(goals: Iterable[Goal]) -> set[int]:
    """The KPIs that measure these `active_goals`."""
    parts = (part for goal in goals for part in goal.known_parts)  # type: ignore[attr-defined] # annotated above
    return {part["kpi_id"] for part in parts if part["kpi_id"] is not None}


def measured_by(
    actor: Membership, goals: Iterable[Goal], values: Mapping[int, CurrentValue]
) -> list[MeasuredGoal]:
    """These `active_goals` as `measured` tells them, by the present values of their KPIs. No query."""
    today = local_day(actor)
    return [_measured_active(actor, goal, values, today) for goal in goals]


def _measured_active(
    actor: Membership, goal: Goal, values: Mapping[int, CurrentValue], today: date
) -> MeasuredGoal:
    parts = revived(KeyResult, goal.known_parts)  # type: ignore[attr-defined] # annotated above
    made = revived(Forecast, goal.known_forecasts)  # type: ignore[attr-defined] # annotated above
    future = _future_days(goal, parts, values, today)
    told = outlooks(actor.organization, set(future.values()), made)
    return _measured_goal(goal, parts, values, _ahead(future, told), today)


def _future_days(
    goal: Goal, parts: Iterable[KeyResult], values: Mapping[int, CurrentValue], today: date
) -> dict[int, FutureDay]:
    """The end of a running goal for each of its key results that a KPI measures."""
    if goal.status != Status.ACTIVE or goal.ends_on < today:
        return {}
    return {
        each.pk: FutureDay(each.kpi_id, goal.ends_on, values[each.kpi_id].grows)
        for each in parts
        if each.kpi_id is not None and each.kpi_id in values
    }


def _ahead(future: Mapping[int, FutureDay], told: Mapping[FutureDay, Outlook]) -> dict[int, Outlook]:
    return {pk: told[day] for pk, day in future.items() if day in told}


def _measured_goal(
    goal: Goal,
    parts: Sequence[KeyResult],
    values: Mapping[int, CurrentValue],
    ahead: Mapping[int, Outlook],
    today: date,
) -> MeasuredGoal:
    task_share = _task_share(goal)
    key_results = [_measured_key_result(part, values, task_share, ahead.get(part.pk)) for part in parts]
    progress = weighted_progress((part.progress, part.key_result.weight) for part in key_results)
    elapsed = elapsed_share(goal.starts_on, goal.ends_on, today)
    return MeasuredGoal(
        goal=goal,
        key_results=key_results,
        progress=progress,
        elapsed=elapsed,
        pace=pace_of(progress, elapsed, _expected(key_results, elapsed)),
        confidence=goal.confidence,  # type: ignore[attr-defined] # annotated by goal_list
        is_review_due=goal.next_review_on is not None and goal.next_review_on <= today,
    )


def _expected(parts: Sequence[MeasuredKeyResult], elapsed: Decimal) -> Decimal | None:
    """The progress at the end: of key results with an outlook by it, of others if they advance evenly; None without."""
    if not any(part.outlook for part in parts):
        return None
    return weighted_progress(
        (
            way_covered(part.key_result.start_value, part.key_result.target_value, part.outlook.value)
            if part.outlook
            else even_advance(part.progress, elapsed),
            part.key_result.weight,
        )
        for part in parts
    )


def _measured_key_result(
    key_result: KeyResult,
    values: Mapping[int, CurrentValue],
    task_share: Decimal | None,
    outlook: Outlook | None,
) -> MeasuredKeyResult:
    current, unit = key_result.manual_value, ""
    if key_result.kpi_id is not None and key_result.kpi_id in values:
        known = values[key_result.kpi_id]
        current, unit = known.value, known.unit
    elif key_result.kpi is not None:
        current, unit = None, key_result.kpi.unit
    elif key_result.source == Source.TASKS:
        current, unit = task_share, "percent"
    return MeasuredKeyResult(
        key_result=key_result,
        current=current,
        progress=way_covered(key_result.start_value, key_result.target_value, current),
        unit=unit,
        outlook=outlook,
    )


def _task_share(goal: Goal) -> Decimal | None:
    """Done tasks per hundred tasks of the goal that are not cancelled; None without any."""
    done, wanted = goal.tasks_done, goal.tasks_wanted  # type: ignore[attr-defined] # annotated by goal_list
    return Decimal(100 * done) / wanted if wanted else None


def goals_at_risk(actor: Membership, limit: int) -> list[MeasuredGoal]:
    """Active committed goals that are behind their pace, the furthest behind first. Constant queries."""
    goals = goal_list(actor).filter(status=Status.ACTIVE, kind=Kind.COMMITTED).order_by("id")
    return furthest_behind(measured(actor, goals))[:limit]


def furthest_behind(goals: Iterable[MeasuredGoal]) -> list[MeasuredGoal]:
    """The committed ones of these that are behind their pace, the furthest behind first."""
    behind = [
        row for row in goals if row.goal.kind == Kind.COMMITTED and row.pace in (Pace.BEHIND, Pace.AT_RISK)
    ]
    return sorted(behind, key=lambda row: (row.progress or Decimal(0)) - row.elapsed)


def get_goal(actor: Membership, goal_id: int) -> Goal:
    """One goal; refuses one the actor cannot see. One query."""
    goal = goal_list(actor).filter(pk=goal_id).first()
    if goal is None:
        raise NotVisible
    return goal


def check_ins(actor: Membership, goal_id: int) -> models.QuerySet[CheckIn]:
    """The check-ins of a goal with who made them; refuses a goal the actor cannot see. Two queries."""
    if not Goal.objects.visible_to(actor).filter(pk=goal_id).exists():
        raise NotVisible
    return CheckIn.objects.filter(goal_id=goal_id).select_related("by__user")


def get_check_in(actor: Membership, goal_id: int, check_in_id: int) -> CheckIn:
    """One of `check_ins`; refuses what is not there for the actor. Two queries."""
    found = check_ins(actor, goal_id).filter(pk=check_in_id).first()
    if found is None:
        raise NotVisible
    return found


def goal_overview(actor: Membership, goal_id: int) -> GoalOverview:
    """The goal with all that its page shows, in constant queries; refuses one the actor cannot see."""
    family = list(goal_list(actor).filter(Q(pk=goal_id) | Q(parent=goal_id)).order_by("ends_on", "id"))
    goal = next((each for each in family if each.pk == goal_id), None)
    if goal is None:
        raise NotVisible
    first, *below = measured(actor, [goal, *(each for each in family if each is not goal)])
    tasks = goal.tasks.select_related("assignee__user", "team").order_by(
        F("closed_at").desc(nulls_first=True), "due_on", "id"
    )
    return GoalOverview(
        measured=first,
        children=below,
        check_ins=list(goal.check_ins.select_related("by__user")[:50]),
        tasks=list(tasks[:50]),
    )


def due_reviews(at: datetime) -> OwnedQuerySet[Goal]:
    """Active goals of all organizations whose review day has come by `at`, longest due first.

    "Has come" is decided by the local date of the goal's organization. Loads it and the owner. One query.
    """
    local = Func(F("organization__time_zone"), Value(at), function="timezone", output_field=DateTimeField())
    return (
        Goal.objects.filter(
            status=Status.ACTIVE,
            owner__is_active=True,
            next_review_on__lte=(at + FURTHEST_ZONE_AHEAD).date(),
        )
        .annotate(local_on=Cast(local, DateField()))
        .filter(next_review_on__lte=F("local_on"))
        .select_related("organization", "owner__user")
        .order_by("next_review_on", "id")
    )
