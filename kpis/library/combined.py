"""KPIs that are computed from other shipped KPIs by a formula."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.choices import Aggregate, Direction, Unit
from kpis.library.spec import KpiSpec

COMBINED = (
    KpiSpec(
        key="service-quality",
        name_en="Service quality index",
        name_zh="服务质量指数",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.FORMULA,
        expression="0.4 * [csat] + 0.3 * [sla-attainment] + 0.3 * [resolution-rate-7d]",
        target=85,
        near=78,
        formula=_(
            "0.4 × customer satisfaction + 0.3 × replies in time + 0.3 × resolved within 7 days, all in "
            "percent and of the same period."
        ),
    ),
    KpiSpec(
        key="tasks-per-feedback",
        name_en="Tasks done per feedback item",
        name_zh="每条反馈完成任务数",
        unit=Unit.SCORE,
        direction=Direction.UP,
        aggregate=Aggregate.FORMULA,
        expression="[throughput] / [feedback-volume]",
        target=Decimal("0.4"),
        near=Decimal("0.3"),
        formula=_("Tasks done in the period divided by the feedback items opened in the same period."),
    ),
)
