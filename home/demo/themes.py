"""The eight themes: their names, the team that answers for each, and how often each comes up."""

from dataclasses import dataclass

from home.demo.people import FIELD, FULFILMENT, SUPPORT
from home.demo.story import LATE_DELIVERY


@dataclass(frozen=True, slots=True)
class ThemePlan:
    """A theme; `weight` is its share of the usual complaints, in per cent."""

    key: str
    name_en: str
    name_zh: str
    team: str
    weight: int


THEMES = (
    ThemePlan(LATE_DELIVERY, "Late delivery", "配送延误", FULFILMENT, 19),
    ThemePlan("damaged-goods", "Damaged goods", "商品破损", FULFILMENT, 14),
    ThemePlan("wrong-item", "Wrong or missing item", "错发漏发", FULFILMENT, 12),
    ThemePlan("refund-speed", "Slow refund", "退款时效", SUPPORT, 13),
    ThemePlan("installation", "Installation", "上门安装", FIELD, 17),
    ThemePlan("service-attitude", "Service attitude", "服务态度", SUPPORT, 8),
    ThemePlan("app-account", "App and account", "应用与账号", SUPPORT, 11),
    ThemePlan("invoice", "Invoice", "发票", SUPPORT, 6),
)
