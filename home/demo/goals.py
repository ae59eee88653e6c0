"""The six goals of the demo with their key results and past check-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from goals import services
from goals.choices import Confidence, Kind, Source
from goals.models import CheckIn, Goal
from goals.services import KeyResultInput
from home.demo.people import FIELD, FULFILMENT, QUALITY, SUPPORT
from home.demo.year import Year
from people.choices import Language
from people.models import Membership

HOUR = 3600
NOTES = {
    Language.CHINESE: {
        Confidence.HIGH: ("数据往好的方向走，措施继续。", "本周例会看过数字，按计划推进。"),
        Confidence.MEDIUM: ("进度比计划慢一点，下周加一次专项检查。", "有两项措施还没落地，先盯住。"),
        Confidence.LOW: ("差距还大，需要主管一起定优先级。",),
    },
    Language.ENGLISH: {
        Confidence.HIGH: (
            "The numbers move the right way; we go on as planned.",
            "Reviewed in the team meeting, on track.",
        ),
        Confidence.MEDIUM: (
            "A little slower than planned; one extra check next week.",
            "Two measures are still open.",
        ),
        Confidence.LOW: ("The gap is still wide. We need to decide together what comes first.",),
    },
}


@dataclass(frozen=True, slots=True)
class Target:
    """A key result: what measures it (a KPI's key, "tasks", or "" for by hand), from where to where."""

    measure: str
    name_en: str
    name_zh: str
    start: float
    target: float
    by_hand: float | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class GoalPlan:
    """A goal from one position of the year to another; `reached` is the progress its check-ins lead up to."""

    key: str
    name_en: str
    name_zh: str
    team: str
    starts: float
    ends: float
    reached: float
    confidence: Sequence[Confidence]
    targets: Sequence[Target]
    kind: Kind = Kind.COMMITTED
    description: str = ""
    review_due: bool = False


GREEN, AMBER, RED = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
GOALS = (
    GoalPlan(
        "complaint-rate",
        "Bring the complaint rate back under 8 per 1,000 orders",
        "客诉率降回千分之八以内",
        FULFILMENT,
        7.8,
        12.9,
        1.0,
        (RED, AMBER, AMBER, GREEN, GREEN),
        (
            Target("complaint-rate", "Complaints per 1,000 orders", "每千单投诉数", 17, 8, weight=3),
            Target("tasks", "Repair measures done", "整改措施完成", 0, 90),
        ),
        description="The change of carrier made deliveries late. 更换承运商后配送延误，投诉明显上升。",
    ),
    GoalPlan(
        "csat",
        "Nine of ten customers are satisfied",
        "客户满意度稳定在九成以上",
        SUPPORT,
        6.0,
        13.0,
        0.6,
        (GREEN, AMBER, RED, AMBER, AMBER),
        (Target("csat", "Satisfied answers", "满意答卷占比", 84, 93),),
    ),
    GoalPlan(
        "first-response",
        "First reply within three hours on average",
        "平均首次响应不超过三小时",
        SUPPORT,
        9.0,
        13.0,
        0.9,
        (AMBER, GREEN, GREEN),
        (Target("first-response-time", "Time to the first reply", "首次响应时间", 6 * HOUR, 3 * HOUR),),
    ),
    GoalPlan(
        "on-time",
        "Ninety-four of a hundred tasks on time",
        "任务按时完成率达到百分之九十四",
        FIELD,
        9.3,
        12.8,
        0.2,
        (GREEN, AMBER, RED),
        (Target("on-time-rate", "Tasks done on time", "按时完成的任务", 83, 94),),
    ),
    GoalPlan(
        "procedures",
        "Every frequent case has a written procedure",
        "高频问题全部有标准流程",
        QUALITY,
        9.5,
        14.0,
        0.6,
        (GREEN, GREEN, GREEN),
        (
            Target("", "Procedures published", "已发布流程数", 4, 16, by_hand=12, weight=2),
            Target("", "Colleagues trained", "完成培训人数", 0, 40, by_hand=22),
        ),
        review_due=True,
    ),
    GoalPlan(
        "handling",
        "Half the handling time within a year",
        "一年内处理时间减半",
        QUALITY,
        6.5,
        16.0,
        0.4,
        (GREEN, AMBER),
        (Target("handling-time", "Time to resolution", "处理时间", 72 * HOUR, 30 * HOUR),),
        kind=Kind.STRETCH,
    ),
)


@dataclass(frozen=True, slots=True)
class GoalMaker:
    """What goals are made of: the calendar, the chance, and owners, teams and KPIs by their keys."""

    year: Year
    rng: Random
    owners: dict[str, Membership]
    teams: dict[str, int | None]
    kpis: dict[str, int]


def make_goals(maker: GoalMaker) -> dict[str, int]:
    """The goals with their past check-ins, by key; the one whose review is due now says so."""
    return {plan.key: make_goal(plan, maker).pk for plan in GOALS}


def make_goal(plan: GoalPlan, maker: GoalMaker) -> Goal:
    """An active goal with its past check-ins and the day of its next review."""
    year, owner = maker.year, maker.owners[plan.team]
    goal = services.create_goal(
        by=owner,
        name_en=plan.name_en,
        name_zh=plan.name_zh,
        description=plan.description,
        kind=plan.kind,
        team_id=maker.teams[plan.team],
        starts_on=year.day_at(plan.starts),
        ends_on=year.day_at(plan.ends),
        key_results=[_key_result(target, maker.kpis) for target in plan.targets],
    )
    # No service may write the past; the demo tells it.
    CheckIn.objects.bulk_create(_check_ins(plan, maker, goal, owner))
    days = 0 if plan.review_due else maker.rng.randrange(3, goal.review_every_days - 1)
    Goal.objects.filter(pk=goal.pk).update(next_review_on=year.today + timedelta(days=days))
    return goal


def _key_result(target: Target, kpis: dict[str, int]) -> KeyResultInput:
    source = {"": Source.MANUAL, "tasks": Source.TASKS}.get(target.measure, Source.KPI)
    return KeyResultInput(
        source=source,
        name_en=target.name_en,
        name_zh=target.name_zh,
        kpi_id=kpis[target.measure] if source == Source.KPI else None,
        start_value=Decimal(str(target.start)),
        target_value=Decimal(str(target.target)),
        manual_value=Decimal(str(target.by_hand)) if target.by_hand is not None else None,
        weight=target.weight,
    )


def _check_ins(plan: GoalPlan, maker: GoalMaker, goal: Goal, owner: Membership) -> list[CheckIn]:
    year, rng = maker.year, maker.rng
    count = len(plan.confidence)
    last = min(year.today, goal.ends_on) - timedelta(days=goal.review_every_days)
    step = (last - goal.starts_on) / count
    notes = NOTES[Language(owner.user.language)]
    return [
        CheckIn(
            goal=goal,
            by=owner,
            at=year.working_moment(goal.starts_on + step * number, rng),
            progress=Decimal(str(round(plan.reached * (number / count) ** 1.3, 4))),
            confidence=confidence,
            note=rng.choice(notes[confidence]),
        )
        for number, confidence in enumerate(plan.confidence, start=1)
    ]
