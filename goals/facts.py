"""What a closed goal says as a fact: the one rule for closing, reopening and a rebuild."""

from collections.abc import Iterable, Iterator

from goals.choices import Kind, Status
from goals.models import Goal
from kpis.choices import Unit
from kpis.registry import Fact, FactSource, MetricSpec

SOURCE = "goal"
METRICS = (
    MetricSpec(
        "goals.attainment", "What closed goals reached, 0 to 1", "已关闭目标的达成度（0 至 1）", Unit.COUNT
    ),
)


def facts_of(organization_id: int, ids: Iterable[int]) -> dict[int, list[Fact]]:
    """What each committed goal had reached when it was closed, by its team and owner; one query.

    Stretch goals never count; a goal of which nothing was measured, and an active one, has no fact.
    """
    wanted = list(ids)
    facts: dict[int, list[Fact]] = {goal_id: [] for goal_id in wanted}
    goals = Goal.objects.filter(
        organization_id=organization_id,
        pk__in=wanted,
        status=Status.CLOSED,
        kind=Kind.COMMITTED,
    )
    columns = goals.values_list("pk", "closed_at", "final_progress", "team_id", "owner_id")
    for goal_id, closed_at, progress, team_id, owner_id in columns:
        if closed_at is not None and progress is not None:
            facts[goal_id] = [Fact("goals.attainment", closed_at, progress, team_id, owner_id)]
    return facts


def ids_of(organization_id: int) -> Iterator[int]:
    """Every goal of the organization, in order."""
    goals = Goal.objects.filter(organization_id=organization_id).order_by("pk")
    return goals.values_list("pk", flat=True).iterator(chunk_size=2_000)


GOAL_FACTS = FactSource(
    name=SOURCE, metrics=METRICS, facts_of=facts_of, ids_of=ids_of, url_name="goals:detail"
)
