"""The KPIs that ship with the product: each defined once, with its formula in words. See docs/kpis.md."""

from django.utils.functional import Promise

from kpis.choices import Unit
from kpis.library.combined import COMBINED
from kpis.library.essentials import ESSENTIALS
from kpis.library.service import SERVICE
from kpis.library.spec import KpiSpec
from kpis.library.voices import VOICES
from kpis.library.work import WORK
from kpis.registry import MetricSpec

__all__ = ["PUSHED_METRICS", "SHIPPED_KPIS", "KpiSpec", "formula_of"]

# Metrics that no app feeds: they are pushed through the API or imported.
PUSHED_METRICS = (
    MetricSpec("orders.completed", "Completed orders", "完成订单数", Unit.COUNT),
    MetricSpec("customers.at_start", "Customers at the start", "期初客户数", Unit.COUNT),
    MetricSpec("customers.retained", "Customers who stayed", "留存客户数", Unit.COUNT),
)

# Their order is the order of every list; new ones go to the end, so that nobody's first page changes.
SHIPPED_KPIS = (*ESSENTIALS, *SERVICE, *VOICES, *WORK, *COMBINED)
_BY_KEY = {spec.key: spec for spec in SHIPPED_KPIS}


def formula_of(kpi_key: str, definition_version: int) -> Promise | str:
    """The formula in words of a shipped KPI as it was shipped; empty once somebody has redefined it."""
    shipped = _BY_KEY.get(kpi_key)
    return shipped.formula if shipped is not None and definition_version == 1 else ""
