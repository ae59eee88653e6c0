"""How feedback is answered: medians, percentiles, cohorts, promises kept, and what stays open."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.choices import Aggregate, Direction, Unit
from kpis.library.spec import DAY, HOUR, KpiSpec

SERVICE = (
    KpiSpec(
        key="handling-time-median",
        name_en="Handling time (median)",
        name_zh="处理时间（中位数）",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.P50,
        metric="feedback.handling_seconds",
        minimum_n=5,
        target=DAY,
        near=2 * DAY,
        formula=_("Median time from opening a feedback item to its resolution, by the day of resolution."),
    ),
    KpiSpec(
        key="handling-time-p90",
        name_en="Handling time (90th percentile)",
        name_zh="处理时间（90 分位）",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.P90,
        metric="feedback.handling_seconds",
        minimum_n=10,
        target=5 * DAY,
        near=7 * DAY,
        formula=_(
            "Time from opening to resolution that nine of ten resolved feedback items stay below, by the day"
            " of resolution."
        ),
    ),
    KpiSpec(
        key="first-response-median",
        name_en="First response time (median)",
        name_zh="首次响应时间（中位数）",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.P50,
        metric="feedback.first_response_seconds",
        minimum_n=5,
        target=3 * HOUR,
        near=5 * HOUR,
        formula=_("Median time from opening a feedback item to the first reply, by the day of the reply."),
    ),
    KpiSpec(
        key="first-response-p90",
        name_en="First response time (90th percentile)",
        name_zh="首次响应时间（90 分位）",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.P90,
        metric="feedback.first_response_seconds",
        minimum_n=10,
        target=8 * HOUR,
        near=12 * HOUR,
        formula=_(
            "Time from opening to the first reply that nine of ten replied feedback items stay below, by the"
            " day of the reply."
        ),
    ),
    KpiSpec(
        key="resolution-rate-7d",
        name_en="Resolved within 7 days",
        name_zh="7 天解决率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.SHARE,
        metric="feedback.resolved_in_7_days",
        scale=Decimal(100),
        least_score=1,
        minimum_n=5,
        matures_after_days=7,
        target=90,
        near=80,
        formula=_(
            "Of 100 feedback items opened in the period, those that stand resolved 7 times 24 hours after "
            "their opening (cohort, not flow); shown when that time has passed for all of them."
        ),
    ),
    KpiSpec(
        key="sla-attainment",
        name_en="Replies in time (SLA)",
        name_zh="SLA 达成率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.SHARE,
        metric="feedback.reply_in_time",
        scale=Decimal(100),
        least_score=1,
        minimum_n=5,
        target=90,
        near=80,
        formula=_(
            "Of 100 first replies that fell due in the period, those sent by then. A feedback item that "
            "nobody answers counts as late."
        ),
    ),
    KpiSpec(
        key="reopen-rate",
        name_en="Reopen rate",
        name_zh="重开率",
        unit=Unit.PERCENT,
        direction=Direction.DOWN,
        aggregate=Aggregate.RATIO,
        metric="feedback.reopenings",
        denominator="feedback.resolutions",
        scale=Decimal(100),
        minimum_n=10,
        target=5,
        near=8,
        formula=_(
            "Feedback items reopened in the period per 100 resolutions in the same period; every reopening "
            "and every resolution counts."
        ),
    ),
    KpiSpec(
        key="feedback-backlog-age",
        name_en="Age of the feedback backlog",
        name_zh="反馈积压时长",
        unit=Unit.SECONDS,
        direction=Direction.DOWN,
        aggregate=Aggregate.AGE,
        metric="feedback.backlog_opened",
        denominator="feedback.backlog",
        target=14 * DAY,
        near=30 * DAY,
        formula=_(
            "Mean time since their opening of the feedback items that are open at the end of the period."
        ),
    ),
    KpiSpec(
        key="complaints-per-100",
        name_en="Complaints per 100 orders",
        name_zh="每百单投诉数",
        unit=Unit.PERCENT,
        direction=Direction.DOWN,
        aggregate=Aggregate.RATIO,
        metric="feedback.complaints",
        denominator="orders.completed",
        scale=Decimal(100),
        target=Decimal("0.8"),
        near=Decimal("1.2"),
        formula=_("Complaints opened in the period per 100 orders completed in the same period."),
    ),
)
