"""The KPIs of Home: any days, beside the same weekdays before, of some teams or all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kpis.analysis.limits import natural_limits
from kpis.choices import Status
from kpis.models import Kpi
from kpis.selectors import KpiCard, current_values, kpi_board, today
from kpis.services import archive_kpi
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def orders(cast: Cast, *, days: int, team_ids: frozenset[int] | None = None) -> KpiCard:
    yesterday = today(cast.organization) - timedelta(days=1)
    board = kpi_board(cast.ana, last_on=yesterday, days=days, team_ids=team_ids, besides=())
    return next(card for card in board.cards if card.key == "orders")


@pytest.mark.parametrize(("days", "value"), [(1, 100), (7, 700), (10, 1000), (28, 2800)])
def test_a_card_tells_as_many_days_as_are_asked_for(measured: Cast, days: int, value: int) -> None:
    card = orders(measured, days=days)
    assert (card.value, card.previous_value) == (value, value if days < 28 else card.previous_value)
    assert card.first_on is not None
    assert (card.last_on - card.first_on).days + 1 == days


def test_the_days_before_are_the_same_weekdays(measured: Cast) -> None:
    from kpis.selectors.cards import _Window

    for days, earlier in ((1, 7), (7, 7), (10, 14), (28, 28), (91, 91)):
        before, now = _Window(None, date(2026, 11, 20), days).spans  # type: ignore[arg-type]
        assert (now.starts_on - before.starts_on).days == earlier
        assert before.days == now.days == days
        assert before.ends_on.isoweekday() == now.ends_on.isoweekday()


def test_a_team_sees_its_own_facts_and_no_target_that_all_share(measured: Cast) -> None:
    kpi = Kpi.objects.get(organization=measured.organization, key="orders")
    kpi.targets.create(starts_on=date(2020, 1, 1), value=Decimal(2000), near=Decimal(1900))
    whole = orders(measured, days=7)
    part = orders(measured, days=7, team_ids=frozenset({measured.support.pk}))
    assert (whole.value, whole.status) == (700, Status.ON_TARGET)
    assert (part.value, part.target, part.status) == (420, None, Status.NO_TARGET)


def test_present_values_are_those_of_everybody_and_of_archived_kpis_too(measured: Cast) -> None:
    kpi = Kpi.objects.get(organization=measured.organization, key="orders")
    wanted = current_values(measured.organization.pk, [kpi.pk])[kpi.pk]
    archive_kpi(measured.adam, key="orders", version=kpi.version)
    yesterday = today(measured.organization) - timedelta(days=1)
    board = kpi_board(
        measured.ana,
        last_on=yesterday,
        days=3,
        team_ids=frozenset({measured.field.pk}),
        besides=[kpi.pk],
    )
    assert board.values[kpi.pk].value == wanted.value
    assert "orders" not in {card.key for card in board.cards}


def test_limits_hold_a_steady_series_and_are_not_told_of_a_short_one() -> None:
    steady = [10.0, 12.0] * 10
    limits = natural_limits(steady)
    assert limits is not None
    # median 10 or 12, median moving range 2
    assert limits.high - limits.low == pytest.approx(2 * 3.145 * 2)
    assert natural_limits([*steady, 500.0]) == natural_limits([*steady, 11.0])
    assert natural_limits([1.0] * 12) is None
    assert natural_limits([None, *[0.0, 1.0] * 8]).low == 0  # type: ignore[union-attr]
