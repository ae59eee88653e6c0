"""The shipped KPIs: installed whole, explained in both languages, each worth what one computes by hand."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from kpis import services
from kpis.choices import Aggregate, Direction
from kpis.formulas import parse
from kpis.library import SHIPPED_KPIS, KpiSpec, formula_of
from kpis.library.essentials import ESSENTIALS
from kpis.models import Kpi, KpiDefinition, KpiDefinitionInput, KpiTarget, Metric
from kpis.registry import shipped_metrics
from kpis.selectors import current_values
from kpis.services import MeasurementRow
from tests.conftest import Cast

ON = date(2026, 6, 30)
HOUR, DAY = 3_600, 86_400
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BY_KEY = {spec.key: spec for spec in SHIPPED_KPIS}
PAGE = Path(settings.BASE_DIR) / "docs" / "kpis.md"


def opened(day: int) -> float:
    """The start of a local day of June, as the opening time of something open."""
    return datetime(2026, 6, day - 1, 16, tzinfo=UTC).timestamp()


# Facts by metric, all on the same day, and the value that one computes from them by hand.
CSAT = {"surveys.csat_score": [5, 4, 3, 4]}
IN_TIME = {"feedback.reply_in_time": [1, 0]}
IN_7_DAYS = {"feedback.resolved_in_7_days": [1, 1, 0, 1, 1]}
BY_HAND: dict[str, tuple[dict[str, list[float]], object]] = {
    "first-response-time": ({"feedback.first_response_seconds": [HOUR, 2 * HOUR, 6 * HOUR]}, 3 * HOUR),
    "handling-time": ({"feedback.handling_seconds": [DAY, 3 * DAY]}, 2 * DAY),
    "resolution-rate": ({"feedback.resolved": [1, 1, 1], "feedback.opened": [1, 1, 1, 1]}, 75),
    "csat": (CSAT, 75),
    "complaint-rate": ({"feedback.complaints": [1, 1, 1], "orders.completed": [150, 50]}, 15),
    "on-time-rate": ({"tasks.on_time": [1, 1, 0, 1]}, 75),
    "throughput": ({"tasks.completed": [1, 1, 1]}, 3),
    "task-backlog": ({"tasks.backlog": [1, 1, -1, 1]}, 2),
    "feedback-backlog": ({"feedback.backlog": [1, -1, 1]}, 1),
    "cycle-time": ({"tasks.cycle_seconds": [DAY, 2 * DAY, 6 * DAY]}, 3 * DAY),
    "feedback-volume": ({"feedback.opened": [1, 1, 1, 1]}, 4),
    "orders": ({"orders.completed": [150, 50]}, 200),
    "handling-time-median": ({"feedback.handling_seconds": [HOUR, 2 * HOUR, 9 * HOUR, 4 * HOUR]}, 3 * HOUR),
    # (n - 1) x 0.9 of 11 values in order is the tenth of them.
    "handling-time-p90": ({"feedback.handling_seconds": [n * HOUR for n in range(1, 12)]}, 10 * HOUR),
    "first-response-median": ({"feedback.first_response_seconds": [10, 50, 20]}, 20),
    "first-response-p90": ({"feedback.first_response_seconds": [100, 200]}, 190),
    "resolution-rate-7d": (IN_7_DAYS, 80),
    "sla-attainment": (IN_TIME, 50),
    "reopen-rate": ({"feedback.reopenings": [1], "feedback.resolutions": [1, 1, 1, 1, 1]}, 20),
    # Open at the end of 29 June, after 21 and 9 days; a third one was closed.
    "feedback-backlog-age": (
        {
            "feedback.backlog": [1, 1, 1, -1],
            "feedback.backlog_opened": [opened(9), opened(21), opened(3), -opened(3)],
        },
        15 * DAY,
    ),
    "complaints-per-100": ({"feedback.complaints": [1, 1, 1], "orders.completed": [150, 50]}, Decimal("1.5")),
    # 3 promoters, 2 passives, 1 detractor.
    "nps": ({"surveys.nps_score": [9, 10, 10, 7, 8, 6]}, Decimal("33.333333")),
    "ces": ({"surveys.ces_score": [7, 5, 4, 6, 1]}, 60),
    "survey-response-rate": ({"surveys.answered": [1, 0, 0, 0]}, 25),
    "customer-retention": ({"customers.at_start": [300, 100], "customers.retained": [270, 50]}, 80),
    "cycle-time-median": ({"tasks.cycle_seconds": [DAY, 2 * DAY, 6 * DAY]}, 2 * DAY),
    "cycle-time-p90": ({"tasks.cycle_seconds": [0, DAY]}, Decimal("0.9") * DAY),
    "task-backlog-age": (
        {"tasks.backlog": [1, 1], "tasks.backlog_opened": [opened(10), opened(29)]},
        Decimal("10.5") * DAY,
    ),
    "goal-attainment": ({"goals.attainment": [1, 0.5, 0.75]}, 75),
    "service-quality": (CSAT | IN_TIME | IN_7_DAYS, 30 + 15 + 24),
    "tasks-per-feedback": (
        {"tasks.completed": [1, 1, 1], "feedback.opened": [1, 1, 1, 1]},
        Decimal("0.75"),
    ),
}


@pytest.fixture
def installed(cast: Cast) -> Cast:
    """The cast with the library."""
    services.install_library(cast.organization.pk)
    return cast


def push(organization_id: int, facts: dict[str, list[float]]) -> None:
    """Facts of 12 June, at different minutes."""
    for metric, values in facts.items():
        rows = [
            MeasurementRow(f"{metric}#{n}", datetime(2026, 6, 12, 3, n, tzinfo=UTC), Decimal(str(value)))
            for n, value in enumerate(values)
        ]
        services.import_measurements(organization_id, metric, rows)
    services.recompute_all_dirty()


def state() -> Iterator[object]:
    for model in (Kpi, KpiDefinition, KpiDefinitionInput, KpiTarget, Metric):
        yield list(model.objects.order_by("pk").values())


@pytest.mark.parametrize("key", BY_KEY)
def test_a_shipped_kpi_is_worth_what_one_computes_by_hand(installed: Cast, key: str) -> None:
    facts, expected = BY_HAND[key]
    push(installed.organization.pk, facts)
    kpi = Kpi.objects.get(organization=installed.organization, key=key)
    found = current_values(installed.organization.pk, [kpi.pk], ON)[kpi.pk]
    assert found.value == expected


def test_the_twelve_stand_first_and_the_others_follow_in_order(installed: Cast) -> None:
    kpis = list(Kpi.objects.order_by("position"))
    assert [kpi.key for kpi in kpis] == list(BY_KEY)
    assert [kpi.key for kpi in kpis[:12]] == [spec.key for spec in ESSENTIALS]
    assert [kpi.position for kpi in kpis] == [10 * number for number in range(1, len(kpis) + 1)]


def test_installing_again_adds_what_is_missing_and_changes_nothing_that_exists(installed: Cast) -> None:
    complete = list(state())
    services.install_library(installed.organization.pk)
    assert list(state()) == complete
    KpiDefinition.objects.exclude(formula="").delete()
    Kpi.objects.filter(position__gt=120).delete()
    Metric.objects.update(keeps_percentiles=False)
    Metric.objects.filter(key="surveys.nps_score").delete()
    Kpi.objects.filter(key="csat").update(name_en="Our CSAT", minimum_n=50)
    services.set_target(installed.ana, "csat", date(2026, 1, 1), Decimal(90), Decimal(80))
    old = {kpi["key"]: kpi for kpi in Kpi.objects.values()}
    assert len(old) == 12
    services.install_library(installed.organization.pk)
    assert {kpi["key"]: kpi for kpi in Kpi.objects.filter(position__lte=120).values()} == old
    assert list(Kpi.objects.order_by("position").values_list("key", flat=True)) == list(BY_KEY)
    assert KpiDefinition.objects.count() == len(SHIPPED_KPIS)
    assert KpiTarget.objects.count() == len(SHIPPED_KPIS) + 1
    assert KpiDefinitionInput.objects.count() == 5


def test_a_formula_that_no_longer_fits_an_own_kpi_is_left_out(cast: Cast) -> None:
    Kpi.objects.create(organization=cast.organization, key="csat", name_en="Own", unit="seconds")
    services.install_library(cast.organization.pk)
    keys = set(Kpi.objects.values_list("key", flat=True))
    assert set(BY_KEY) - keys == {"service-quality"}


def test_percentiles_are_kept_where_a_kpi_reads_them_and_nowhere_else(installed: Cast) -> None:
    kept = set(Metric.objects.filter(keeps_percentiles=True).values_list("key", flat=True))
    assert kept == {"feedback.handling_seconds", "feedback.first_response_seconds", "tasks.cycle_seconds"}


def test_installing_costs_the_same_whatever_is_there(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as queries:
        services.install_library(cast.organization.pk)
    assert len(queries) <= 16


def test_another_organization_gets_nothing(installed: Cast) -> None:
    assert not Kpi.objects.filter(organization=installed.other).exists()


@pytest.mark.parametrize("spec", SHIPPED_KPIS, ids=lambda spec: spec.key)
def test_every_kpi_is_named_and_explained_in_both_languages(spec: KpiSpec) -> None:
    with override("en"):
        english = str(spec.formula)
    with override("zh-hans"):
        chinese = str(spec.formula)
    assert not CHINESE.search(spec.name_en + english)
    assert CHINESE.search(spec.name_zh)
    assert CHINESE.search(chinese)
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert formula_of(spec.key, 1) == spec.formula
    assert formula_of(spec.key, 2) == ""


@pytest.mark.parametrize("spec", SHIPPED_KPIS, ids=lambda spec: spec.key)
def test_every_definition_holds_together(spec: KpiSpec) -> None:
    metrics = shipped_metrics().keys() | {"orders.completed", "customers.at_start", "customers.retained"}
    assert {spec.metric, spec.denominator} - {""} <= metrics
    assert bool(spec.expression) == (spec.aggregate == Aggregate.FORMULA)
    better = spec.target >= spec.near if spec.direction == Direction.UP else spec.target <= spec.near
    assert better
    if spec.expression:
        formula = parse(spec.expression)
        assert {name.key for name in formula.names} <= BY_KEY.keys() - {spec.key}
        assert formula.text == spec.expression
        formula.check({key: each.unit for key, each in BY_KEY.items()}, spec.unit)


def test_every_kpi_has_its_row_on_the_page() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    assert rows == list(BY_KEY)
