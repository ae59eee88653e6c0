"""How feedback and survey answers become facts: the only rule, used for one row and for a rebuild of all.

Facts follow from an item's history (its transitions and replies), its kind and its theme, never from the
present status, so that a rebuild gives the same numbers. Durations are calendar time in seconds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.db.models import Min

from common.models import Owned
from feedback.choices import Kind, Status
from feedback.models import FeedbackItem, Invitation, Reply, Response, Transition
from kpis.choices import Unit
from kpis.registry import Fact, FactSource, MetricSpec

ITEMS = "feedback"
RESPONSES = "response"
INVITATIONS = "invitation"

ITEM_METRICS = (
    MetricSpec("feedback.opened", "Feedback opened", "新增反馈", Unit.COUNT),
    MetricSpec("feedback.complaints", "Complaints", "投诉", Unit.COUNT),
    MetricSpec("feedback.first_response_seconds", "Time to first reply", "首次响应时间", Unit.SECONDS),
    MetricSpec("feedback.handling_seconds", "Handling time", "处理时间", Unit.SECONDS),
    MetricSpec("feedback.resolved", "Feedback resolved", "已解决反馈", Unit.COUNT),
    MetricSpec("feedback.backlog", "Open feedback", "待解决反馈", Unit.COUNT),
    MetricSpec(
        "feedback.backlog_opened", "Opening times of open feedback", "待解决反馈的提交时间", Unit.SECONDS
    ),
    MetricSpec(
        "feedback.resolved_in_7_days", "Resolved within 7 days", "7 天内解决", Unit.COUNT, is_ordinal=True
    ),
    MetricSpec("feedback.reply_in_time", "Reply in time", "按时回复", Unit.COUNT, is_ordinal=True),
    MetricSpec("feedback.resolutions", "Resolutions", "解决次数", Unit.COUNT),
    MetricSpec("feedback.reopenings", "Reopenings", "重新打开次数", Unit.COUNT),
)
RESPONSE_METRICS = (
    MetricSpec("surveys.csat_score", "Satisfaction score", "满意度评分", Unit.SCORE, is_ordinal=True),
    MetricSpec("surveys.nps_score", "Recommendation score", "推荐意愿评分", Unit.SCORE, is_ordinal=True),
    MetricSpec("surveys.ces_score", "Ease score", "轻松度评分", Unit.SCORE, is_ordinal=True),
)
INVITATION_METRICS = (
    MetricSpec("surveys.invited", "Survey invitations", "问卷邀请", Unit.COUNT),
    MetricSpec("surveys.answered", "Answered invitations", "已答复的邀请", Unit.COUNT, is_ordinal=True),
)

RESOLVE_WITHIN: Final = timedelta(days=7)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """One transition, as far as facts need it."""

    at: datetime
    status: str
    team_id: int | None
    assignee_id: int | None


def item_facts(organization_id: int, ids: Iterable[int]) -> dict[int, list[Fact]]:
    """The facts of each item asked for (none for a deleted one), in three queries however many there are."""
    wanted = list(ids)
    facts: dict[int, list[Fact]] = {item_id: [] for item_id in wanted}
    steps = _steps(wanted)
    replied = dict(
        Reply.objects.filter(item_id__in=wanted).order_by().values_list("item_id").annotate(Min("at"))
    )
    items = FeedbackItem.objects.filter(organization_id=organization_id, pk__in=wanted)
    columns = items.values_list("pk", "kind", "theme__key", "reply_due_at")
    for item_id, kind, theme, due_at in columns:
        if history := steps.get(item_id):
            facts[item_id] = [
                *_opening_facts(history, kind, theme or ""),
                *_reply_facts(history, replied.get(item_id)),
                *_due_facts(history, due_at, replied.get(item_id)),
                *_resolution_facts(history),
                *_reopening_facts(history),
                *_backlog_facts(history),
            ]
    return facts


def _steps(ids: Sequence[int]) -> dict[int, list[Step]]:
    rows = Transition.objects.filter(item_id__in=ids).order_by("item_id", "at", "id")
    steps: dict[int, list[Step]] = defaultdict(list)
    columns = rows.values_list("item_id", "at", "status", "team_id", "assignee_id")
    for item_id, at, status, team_id, assignee_id in columns:
        steps[item_id].append(Step(at, status, team_id, assignee_id))
    return steps


def _opening_facts(history: Sequence[Step], kind: str, theme: str) -> Iterator[Fact]:
    """What was opened, and whether it stands resolved when its window ends: later steps cannot change that."""
    first = history[0]
    yield Fact("feedback.opened", first.at, 1, first.team_id, label=theme)
    if kind == Kind.COMPLAINT:
        yield Fact("feedback.complaints", first.at, 1, first.team_id, label=theme)
    is_resolved = _step_at(history, first.at + RESOLVE_WITHIN).status == Status.RESOLVED
    yield Fact("feedback.resolved_in_7_days", first.at, int(is_resolved), first.team_id, label=theme)


def _reply_facts(history: Sequence[Step], replied_at: datetime | None) -> Iterator[Fact]:
    """Seconds from opening to the first reply, under the team and assignee of that moment."""
    if replied_at is not None:
        then = _step_at(history, replied_at)
        yield Fact(
            "feedback.first_response_seconds",
            replied_at,
            _seconds(history[0].at, replied_at),
            then.team_id,
            then.assignee_id,
        )


def _due_facts(
    history: Sequence[Step], due_at: datetime | None, replied_at: datetime | None
) -> Iterator[Fact]:
    """1 or 0 at the time the first reply is due, which may lie ahead; 0 as long as nobody has replied.

    Team and assignee are those of the moment that decided it: of the reply, or of the time that passed without.
    """
    if due_at is not None:
        in_time = replied_at is not None and replied_at <= due_at
        then = _step_at(history, replied_at if in_time and replied_at else due_at)
        yield Fact("feedback.reply_in_time", due_at, int(in_time), then.team_id, then.assignee_id)


def _step_at(history: Sequence[Step], at: datetime) -> Step:
    """The step in force at a moment; the first one before it."""
    return next((step for step in reversed(history) if step.at <= at), history[0])


def _resolution_facts(history: Sequence[Step]) -> Iterator[Fact]:
    """An item counts as resolved once, at its last resolution; while it is reopened it does not count."""
    resolution: Step | None = None
    for step in history:
        if step.status != Status.RESOLVED:
            resolution = None
        elif resolution is None:
            resolution = step
    if resolution is not None:
        at, team, member = resolution.at, resolution.team_id, resolution.assignee_id
        yield Fact("feedback.handling_seconds", at, _seconds(history[0].at, at), team, member)
        yield Fact("feedback.resolved", at, 1, team, member)


def _reopening_facts(history: Sequence[Step]) -> Iterator[Fact]:
    """Every time it became resolved and every time it left that, both under whoever had it resolved."""
    for number, (before, after) in enumerate(pairwise(history), start=2):
        was_resolved, is_resolved = before.status == Status.RESOLVED, after.status == Status.RESOLVED
        if is_resolved and not was_resolved:
            yield Fact(
                "feedback.resolutions", after.at, 1, after.team_id, after.assignee_id, part=str(number)
            )
        elif was_resolved and not is_resolved:
            yield Fact(
                "feedback.reopenings", after.at, 1, before.team_id, before.assignee_id, part=str(number)
            )


def _backlog_facts(history: Sequence[Step]) -> Iterator[Fact]:
    """Summed up to any moment, these give the items open at that moment, per team, and when they were opened."""
    yield from _backlog_change(history, history[0], 1, "1-in")
    for number, (before, after) in enumerate(pairwise(history), start=2):
        was_open, is_open = before.status != Status.RESOLVED, after.status != Status.RESOLVED
        if was_open and is_open and before.team_id == after.team_id:
            continue
        if was_open:
            yield from _backlog_change(history, replace(before, at=after.at), -1, f"{number}-out")
        if is_open:
            yield from _backlog_change(history, after, 1, f"{number}-in")


def _backlog_change(history: Sequence[Step], step: Step, change: int, part: str) -> Iterator[Fact]:
    yield Fact("feedback.backlog", step.at, change, step.team_id, part=part)
    opened = _seconds(EPOCH, history[0].at)
    yield Fact("feedback.backlog_opened", step.at, change * opened, step.team_id, part=part)


def _seconds(start: datetime, end: datetime) -> Decimal:
    """Exact to the microsecond, so that a mean equals the one SQL computes from the raw times."""
    return Decimal((end - start) // timedelta(microseconds=1)).scaleb(-6)


def response_facts(organization_id: int, ids: Iterable[int]) -> dict[int, list[Fact]]:
    """One score per survey answer, of its survey's kind, under the team that served the customer; one query."""
    wanted = list(ids)
    facts: dict[int, list[Fact]] = {response_id: [] for response_id in wanted}
    rows = Response.objects.filter(organization_id=organization_id, pk__in=wanted)
    columns = rows.values_list("pk", "survey__kind", "answered_at", "score", "team_id")
    for response_id, kind, answered_at, score, team_id in columns:
        facts[response_id] = [Fact(f"surveys.{kind}_score", answered_at, score, team_id)]
    return facts


def invitation_facts(organization_id: int, ids: Iterable[int]) -> dict[int, list[Fact]]:
    """An invitation, and whether (1 or 0) it was answered: both at the time of the invitation; one query."""
    wanted = list(ids)
    facts: dict[int, list[Fact]] = {invitation_id: [] for invitation_id in wanted}
    rows = Invitation.objects.filter(organization_id=organization_id, pk__in=wanted)
    columns = rows.values_list("pk", "invited_at", "team_id", "response_id")
    for invitation_id, invited_at, team_id, response_id in columns:
        answered = int(response_id is not None)
        facts[invitation_id] = [
            Fact("surveys.invited", invited_at, 1, team_id),
            Fact("surveys.answered", invited_at, answered, team_id),
        ]
    return facts


def _ids_of(model: type[Owned]) -> Callable[[int], Iterator[int]]:
    def ids(organization_id: int) -> Iterator[int]:
        rows = model._default_manager.filter(organization_id=organization_id).order_by("pk")
        yield from rows.values_list("pk", flat=True).iterator(chunk_size=5_000)

    return ids


SOURCES = (
    FactSource(ITEMS, ITEM_METRICS, item_facts, _ids_of(FeedbackItem), "feedback:detail"),
    FactSource(RESPONSES, RESPONSE_METRICS, response_facts, _ids_of(Response), "feedback:response"),
    FactSource(INVITATIONS, INVITATION_METRICS, invitation_facts, _ids_of(Invitation), "feedback:invitation"),
)
