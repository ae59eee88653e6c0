"""KPIs that are computed from other KPIs, and definitions that follow each other."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.errors import InvalidInput
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Finality, Grain, Unit
from kpis.models import Kpi, KpiDefinition, Metric
from tests.conftest import Cast, create_cast
from tests.kpis.conftest import row

MAY = (date(2026, 5, 1), date(2026, 5, 4))


def make(cast: Cast, key: str, aggregate: Aggregate, unit: Unit = Unit.COUNT, **definition: Any) -> Kpi:
    return services.create_kpi(
        cast.ana,
        key=key,
        unit=unit,
        direction=Direction.UP,
        name_en=key,
        definition=services.Definition(aggregate, **definition),
    )


def formula(cast: Cast, key: str, text: str, unit: Unit = Unit.COUNT) -> Kpi:
    return make(cast, key, Aggregate.FORMULA, unit, formula=text)


@pytest.fixture
def facts(cast: Cast, metric: Metric, make_metric: Any) -> None:
    """Calls 10, 20 and none on three days, visits 5, none and 4; two KPIs over them."""
    make_metric("visits")
    calls = [row("a", "2026-05-01T10:00", 10), row("b", "2026-05-02T10:00", 20)]
    visits = [row("a", "2026-05-01T10:00", 5), row("b", "2026-05-03T10:00", 4)]
    services.ingest_measurements(cast.ana, "calls", calls)
    services.ingest_measurements(cast.ana, "visits", visits)
    services.recompute_all_dirty()
    make(cast, "calls", Aggregate.SUM, metric="calls")
    make(cast, "visits", Aggregate.SUM, metric="visits")


def values(cast: Cast, key: str, grain: Grain = Grain.DAY, **asked: Any) -> list[Any]:
    return [point.value for point in selectors.series(cast.ana, key, grain, *MAY, **asked).points]


def test_a_formula_takes_the_values_of_the_same_period(cast: Cast, facts: None) -> None:
    formula(cast, "per-visit", "[calls] / [visits]")
    assert values(cast, "per-visit") == [2, None, 0, None]
    assert values(cast, "per-visit", Grain.MONTH) == [Decimal("3.333333")]
    point = selectors.series(cast.ana, "per-visit", Grain.MONTH, *MAY).points[0]
    assert (point.n, point.version) == (
        2,
        max(
            selectors.series(cast.ana, key, Grain.MONTH, *MAY).points[0].version
            for key in ("calls", "visits")
        ),
    )


def test_formulas_may_read_formulas_in_any_order_of_making(cast: Cast, facts: None) -> None:
    formula(cast, "a", "[visits] * 2")
    formula(cast, "b", "[a] + [calls]")
    formula(cast, "c", "[b] - [a] + [b]")
    services.change_definition(
        cast.ana, "a", services.Definition(Aggregate.FORMULA, formula="[visits] * 3"), None
    )
    assert values(cast, "c") == [35, 40, 12, 0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[calls] +", "Column 10"),
        ("[calls] + [visit]", "[visits]"),
        ("[calls] + [time]", "Column 9"),
        ("5 * 3", "at least one KPI"),
        ("[kpi] + [calls]", "kpi → kpi"),
        ("", "Column 1"),
    ],
)
def test_a_formula_that_cannot_be_is_refused_with_its_column(
    cast: Cast, facts: None, make_metric: Any, text: str, words: str
) -> None:
    make_metric("seconds")
    make(cast, "time", Aggregate.MEAN, Unit.SECONDS, metric="seconds")
    with pytest.raises(InvalidInput) as refusal:
        formula(cast, "kpi", text)
    assert words in str(refusal.value.fields["formula"][0])
    assert not Kpi.objects.filter(key="kpi").exists()


def test_a_cycle_is_refused_and_named_also_through_an_earlier_version(cast: Cast, facts: None) -> None:
    formula(cast, "a", "[calls] * 2")
    formula(cast, "b", "[a] + 1")
    formula(cast, "c", "[b] + 1")
    services.change_definition(cast.ana, "b", services.Definition(Aggregate.SUM, "visits"), None)
    with pytest.raises(InvalidInput) as refusal:
        services.change_definition(
            cast.ana, "a", services.Definition(Aggregate.FORMULA, formula="[c] + [calls]"), None
        )
    assert "a → c → b → a" in str(refusal.value.fields["formula"][0])
    assert KpiDefinition.objects.filter(kpi__key="a").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_cannot_close_a_circle_together() -> None:
    cast = create_cast()
    Metric.objects.create(organization=cast.organization, key="calls", name_en="Calls", unit="count")
    for key in ("a", "b"):
        make(cast, key, Aggregate.SUM, metric="calls")
    together, refused = Barrier(2), []

    def change(key: str, other: str) -> None:
        together.wait()
        try:
            services.change_definition(
                cast.ana, key, services.Definition(Aggregate.FORMULA, formula=f"[{other}] + 1"), None
            )
        except InvalidInput:
            refused.append(key)
        finally:
            connection.close()

    threads = [Thread(target=change, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1


def test_a_unit_that_breaks_a_formula_is_refused(cast: Cast, facts: None) -> None:
    formula(cast, "both", "[calls] + [visits]")
    for key in ("calls", "both"):
        with pytest.raises(InvalidInput) as refusal:
            services.edit_kpi(cast.ana, key, None, unit=Unit.SECONDS)
        assert "both" in str(refusal.value.fields["unit"][0])
    assert set(Kpi.objects.values_list("unit", flat=True)) == {"count"}


def test_cards_with_formulas_cost_as_many_queries_as_one(cast: Cast, facts: None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            selectors.cards(cast.ana, date(2026, 5, 5))
        return len(seen)

    before = queries()
    for number in range(5):
        formula(cast, f"f{number}", f"[calls] * {number} + [{'visits' if not number else f'f{number - 1}'}]")
    shown = {card.key: card.value for card in selectors.cards(cast.ana, date(2026, 5, 5))}
    assert shown["f4"] == 30 * (0 + 1 + 2 + 3 + 4) + 9
    assert queries() == before == 3
    with CaptureQueriesContext(connection) as seen:
        selectors.series(cast.ana, "f4", Grain.DAY, *MAY, team_id=cast.support.pk)
    assert len(seen) == 4


def test_a_period_is_computed_by_the_definition_in_force_on_its_last_day(cast: Cast, facts: None) -> None:
    twice = services.Definition(Aggregate.SUM, "calls", scale=Decimal(2), applies_from=date(2026, 5, 2))
    services.change_definition(cast.ana, "calls", twice, None)
    points = selectors.series(cast.ana, "calls", Grain.DAY, *MAY).points
    assert [(point.value, point.definition_version) for point in points[:2]] == [(10, 1), (40, 2)]
    assert values(cast, "calls", Grain.MONTH) == [60]
    assert values(cast, "calls", definition=1)[:2] == [10, 20]
    assert values(cast, "calls", definition=2)[:2] == [20, 40]
    with pytest.raises(InvalidInput):
        values(cast, "calls", definition=3)


def test_a_balance_defined_anew_still_counts_all_earlier_days(cast: Cast, facts: None) -> None:
    make(cast, "open", Aggregate.BALANCE, metric="calls")
    later = services.Definition(Aggregate.BALANCE, "visits", applies_from=date(2026, 5, 3))
    services.change_definition(cast.ana, "open", later, None)
    assert values(cast, "open") == [10, 30, 9, 9]


def test_a_period_that_is_too_young_is_not_told(cast: Cast, metric: Metric) -> None:
    make(cast, "slow", Aggregate.SUM, metric="calls", matures_after_days=7)
    today = selectors.today(cast.organization)
    days = [today - timedelta(days=back) for back in range(10)]
    services.ingest_measurements(cast.ana, "calls", [row(str(day), f"{day}T00:00", 1) for day in days])
    services.recompute_all_dirty()
    points = selectors.series(cast.ana, "slow", Grain.DAY, days[-1], today).points
    assert [point.value for point in points] == [1, 1] + [None] * 8
    assert {point.finality for point in points[2:]} == {Finality.MATURING}
    formula(cast, "slower", "[slow] * 2")
    assert values_of(cast, "slower", days[-1], today) == [2, 2] + [None] * 8
    card = next(each for each in selectors.cards(cast.ana) if each.key == "slower")
    assert (card.last_on, card.value) == (today - timedelta(days=8), 4)


def values_of(cast: Cast, key: str, first: date, last: date) -> list[Any]:
    return [point.value for point in selectors.series(cast.ana, key, Grain.DAY, first, last).points]
