"""What customers say of us, whether they answer at all, and whether they stay."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.choices import Aggregate, Direction, Unit
from kpis.library.spec import KpiSpec

VOICES = (
    KpiSpec(
        key="nps",
        name_en="Net Promoter Score (NPS)",
        name_zh="净推荐值（NPS）",
        unit=Unit.POINTS,
        direction=Direction.UP,
        aggregate=Aggregate.NPS,
        metric="surveys.nps_score",
        scale=Decimal(100),
        minimum_n=20,
        target=40,
        near=20,
        formula=_(
            "Answers of 9 and 10 per 100 answers, minus answers of 0 to 6 per 100 answers, by the day of the"
            " answer."
        ),
    ),
    KpiSpec(
        key="ces",
        name_en="Ease of contact (CES)",
        name_zh="客户轻松度（CES）",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.SHARE,
        metric="surveys.ces_score",
        scale=Decimal(100),
        least_score=5,
        most_score=7,
        minimum_n=5,
        target=75,
        near=65,
        formula=_(
            "Answers of 5, 6 or 7 (it was easy) per 100 answers on the scale from 1 to 7, by the day of the "
            "answer."
        ),
    ),
    KpiSpec(
        key="survey-response-rate",
        name_en="Survey response rate",
        name_zh="问卷回复率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.SHARE,
        metric="surveys.answered",
        scale=Decimal(100),
        least_score=1,
        minimum_n=20,
        matures_after_days=7,
        target=25,
        near=15,
        formula=_(
            "Survey invitations that were answered per 100 sent, by the day of the invitation; shown 7 days "
            "later, and answers that come after that still count."
        ),
    ),
    KpiSpec(
        key="customer-retention",
        name_en="Customer retention",
        name_zh="客户留存率",
        unit=Unit.PERCENT,
        direction=Direction.UP,
        aggregate=Aggregate.RATIO,
        metric="customers.retained",
        denominator="customers.at_start",
        scale=Decimal(100),
        target=80,
        near=75,
        formula=_(
            "Sum of the pushed metric customers.retained per 100 of the pushed metric customers.at_start in "
            "the same period."
        ),
    ),
)
