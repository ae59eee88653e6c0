"""How a KPI stands, in the reader's words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from common.templatetags.ui import kpi_value
from kpis.charts.texts import Change, change_of, interval_text, span_text, target_text
from kpis.choices import Finality, Status
from kpis.models import Kpi
from kpis.selectors.definitions import DefinedKpi
from kpis.selectors.standing import Standing


@dataclass(frozen=True, slots=True)
class Header:
    """The numbers above a KPI's chart."""

    value: str
    interval: str
    span: str
    n: int
    status: Status
    target: str
    change: Change | None
    day: str
    day_value: str
    weekday_change: Change | None
    fresh_through: datetime
    finality: str
    is_pending: bool
    matures_after_days: int


def header_of(defined: DefinedKpi, standing: Standing) -> Header:
    """The standing as the page says it."""
    kpi, now, target = defined.kpi, standing.now, standing.target
    upper = target.upper if target else None
    return Header(
        value=kpi_value(now.value, kpi.unit),
        interval=interval_text(now.low, now.high, kpi.unit),
        span=span_text(standing.first_on, standing.last_on),
        n=now.n,
        status=standing.status,
        target=target_text(target.value if target else None, upper, kpi.unit, kpi.direction),
        change=_change(kpi, standing),
        day=span_text(standing.last_on, standing.last_on),
        day_value=kpi_value(standing.day_value, kpi.unit),
        weekday_change=change_of(standing.day_value, standing.weekday_value, kpi.unit, kpi.direction),
        fresh_through=standing.fresh_through,
        finality=_finality(standing),
        is_pending=standing.pending,
        matures_after_days=defined.matures_after_days,
    )


def _change(kpi: Kpi, standing: Standing) -> Change | None:
    return change_of(standing.now.value, standing.previous_value, kpi.unit, kpi.direction)


def _finality(standing: Standing) -> str:
    return str(Finality.PENDING.label) if standing.pending else _("complete")
