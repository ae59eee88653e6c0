"""The KPIs that ship with the product: each defined once, with its formula in words."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.choices import Aggregate, Direction, Unit
from kpis.registry import MetricSpec

HOUR = 3_600
DAY = 86_400

# Metrics that no app feeds: they are pushed through the API or imported.
PUSHED_METRICS = (MetricSpec("orders.completed", "Completed orders", "完成订单数", Unit.COUNT),)


@dataclass(frozen=True, slots=True)
class KpiSpec:
    """A shipped KPI. The targets of `sum` and `count` are for 28 days, all others for a period of any length."""

    key: str
    name_en: str
    name_zh: str
    unit: Unit
    direction: Direction
    aggregate: Aggregate
    metric: str
    target: int
    near: int
    formula: Promise
    denominator: str = ""
    scale: Decimal = Decimal(1)
    least_score: int | None = None
    minimum_n: int = 1


SHIPPED_KPIS = (
    KpiSpec(
        key="first-response-time",
        name_en="First response time",
        name_zh="首次响应时间",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.MEAN,
        metric="feedback.first_response_seconds",
        target=4 * HOUR,
        near=6 * HOUR,
        formula=_("Mean time from opening a feedback item to the first reply, by the day of the reply."),
    ),
    KpiSpec(
        key="handling-time",
        name_en="Average handling time",
        name_zh="平均处理时间",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.MEAN,
        metric="feedback.handling_seconds",
        target=2 * DAY,
        near=3 * DAY,
        formula=_("Mean time from opening a feedback item to its resolution, by the day of resolution."),
    ),
    KpiSpec(
        key="resolution-rate",
        name_en="Resolution rate",
        name_zh="问题解决率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.RATIO,
        metric="feedback.resolved",
        denominator="feedback.opened",
        scale=Decimal(100),
        target=95,
        near=85,
        formula=_(
            "Feedback items resolved in the period per 100 opened in the same period (flow, not cohort)."
        ),
    ),
    KpiSpec(
        key="csat",
        name_en="Customer satisfaction (CSAT)",
        name_zh="客户满意度",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.SHARE,
        metric="surveys.csat_score",
        scale=Decimal(100),
        least_score=4,
        minimum_n=5,
        target=85,
        near=75,
        formula=_("Answers of 4 or 5 per 100 answers, by the day of the answer."),
    ),
    KpiSpec(
        key="complaint-rate",
        name_en="Complaint rate",
        name_zh="投诉率",
        unit=Unit.PER_THOUSAND,
        direction=Direction.DOWN,
        aggregate=Aggregate.RATIO,
        metric="feedback.complaints",
        denominator="orders.completed",
        scale=Decimal(1000),
        target=8,
        near=12,
        formula=_("Complaints opened in the period per 1,000 orders completed in the same period."),
    ),
    KpiSpec(
        key="on-time-rate",
        name_en="On-time rate",
        name_zh="按时完成率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.MEAN,
        metric="tasks.on_time",
        scale=Decimal(100),
        target=90,
        near=80,
        formula=_("Tasks done on or before their due day per 100 tasks done that had one."),
    ),
    KpiSpec(
        key="throughput",
        name_en="Throughput",
        name_zh="任务吞吐量",
        unit=Unit.COUNT,
        direction=Direction.UP,
        aggregate=Aggregate.SUM,
        metric="tasks.completed",
        target=100,
        near=80,
        formula=_("Number of tasks done in the period."),
    ),
    KpiSpec(
        key="task-backlog",
        name_en="Task backlog",
        name_zh="任务积压",
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        aggregate=Aggregate.BALANCE,
        metric="tasks.backlog",
        target=120,
        near=160,
        formula=_("Tasks that are open at the end of the period."),
    ),
    KpiSpec(
        key="feedback-backlog",
        name_en="Feedback backlog",
        name_zh="反馈积压",
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        aggregate=Aggregate.BALANCE,
        metric="feedback.backlog",
        target=60,
        near=90,
        formula=_("Feedback items that are open at the end of the period."),
    ),
    KpiSpec(
        key="cycle-time",
        name_en="Cycle time",
        name_zh="任务周期",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.MEAN,
        metric="tasks.cycle_seconds",
        target=5 * DAY,
        near=7 * DAY,
        formula=_("Mean time from opening a task to its completion, by the day of completion."),
    ),
    KpiSpec(
        key="feedback-volume",
        name_en="Feedback volume",
        name_zh="反馈量",
        unit=Unit.COUNT,
        direction=Direction.DOWN,
        aggregate=Aggregate.COUNT,
        metric="feedback.opened",
        target=260,
        near=320,
        formula=_("Number of feedback items opened in the period."),
    ),
    KpiSpec(
        key="orders",
        name_en="Completed orders",
        name_zh="完成订单数",
        unit=Unit.COUNT,
        direction=Direction.UP,
        aggregate=Aggregate.SUM,
        metric="orders.completed",
        target=20_000,
        near=17_000,
        formula=_("Sum of the pushed metric orders.completed in the period."),
    ),
)


def formula_of(kpi_key: str, definition_version: int) -> Promise | str:
    """The formula in words of a shipped KPI as it was shipped; empty once somebody has redefined it."""
    shipped = next((spec for spec in SHIPPED_KPIS if spec.key == kpi_key), None)
    return shipped.formula if shipped is not None and definition_version == 1 else ""
