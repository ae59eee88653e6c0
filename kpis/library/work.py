"""How the work itself flows, and what goals reach."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.choices import Aggregate, Direction, Unit
from kpis.library.spec import DAY, KpiSpec

WORK = (
    KpiSpec(
        key="cycle-time-median",
        name_en="Cycle time (median)",
        name_zh="任务周期（中位数）",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.P50,
        metric="tasks.cycle_seconds",
        minimum_n=5,
        target=4 * DAY,
        near=6 * DAY,
        formula=_("Median time from opening a task to its completion, by the day of completion."),
    ),
    KpiSpec(
        key="cycle-time-p90",
        name_en="Cycle time (90th percentile)",
        name_zh="任务周期（90 分位）",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.P90,
        metric="tasks.cycle_seconds",
        minimum_n=10,
        target=10 * DAY,
        near=14 * DAY,
        formula=_(
            "Time from opening to completion that nine of ten completed tasks stay below, by the day of "
            "completion."
        ),
    ),
    KpiSpec(
        key="task-backlog-age",
        name_en="Age of the task backlog",
        name_zh="任务积压时长",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.AGE,
        metric="tasks.backlog_opened",
        denominator="tasks.backlog",
        target=90 * DAY,
        near=180 * DAY,
        formula=_("Mean time since their opening of the tasks that are open at the end of the period."),
    ),
    KpiSpec(
        key="goal-attainment",
        name_en="Goal attainment",
        name_zh="目标达成率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.MEAN,
        metric="goals.attainment",
        scale=Decimal(100),
        target=75,
        near=60,
        formula=_(
            "Mean of what committed goals had reached when they were closed, in percent, by the day of "
            "closing. Stretch goals and goals without a measured key result do not count."
        ),
    ),
)
