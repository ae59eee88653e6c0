"""Who may define what is measured, and what a definition must be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Unit
from kpis.library import SHIPPED_KPIS
from kpis.models import Kpi, KpiDefinition, KpiTarget, Metric
from people.models import Membership
from tests.conftest import Cast

SUM = services.Definition(Aggregate.SUM, "calls")


def create(by: Membership, **changes: Any) -> Kpi:
    fields = {
        "key": "kpi",
        "unit": Unit.COUNT,
        "direction": Direction.UP,
        "name_en": "A KPI",
        "definition": SUM,
    }
    return services.create_kpi(by, **{**fields, **changes})


def test_a_manager_creates_a_kpi_with_an_event(cast: Cast, metric: Metric) -> None:
    kpi = create(cast.ana)
    assert [each.version for each in kpi.definitions.all()] == [1]
    assert Event.objects.get().verb == "kpi.created"


def test_others_may_not_define_kpis_and_nothing_changes(cast: Cast, metric: Metric) -> None:
    create(cast.ana)
    for by in (cast.ben, cast.vera):
        for call in (
            lambda by: create(by, key="other"),
            lambda by: services.change_definition(by, "kpi", SUM, None),
            lambda by: services.set_target(by, "kpi", date(2026, 1, 1), Decimal(1), Decimal(1)),
            lambda by: services.create_metric(by, key="other", unit=Unit.COUNT, name_en="Other"),
        ):
            with pytest.raises(NotAllowed):
                call(by)
    with pytest.raises(NotVisible):
        services.change_definition(cast.dan, "kpi", SUM, None)
    with pytest.raises(NotVisible):
        services.set_target(cast.dan, "kpi", date(2026, 1, 1), Decimal(1), Decimal(1))
    assert (Kpi.objects.count(), KpiDefinition.objects.count(), KpiTarget.objects.count()) == (1, 1, 0)


def test_a_change_adds_a_version_and_a_stale_one_is_refused(cast: Cast, metric: Metric) -> None:
    create(cast.ana)
    mean = services.Definition(Aggregate.MEAN, "calls")
    assert services.change_definition(cast.ana, "kpi", mean, version=1).version == 2
    with pytest.raises(StaleVersion):
        services.change_definition(cast.ana, "kpi", SUM, version=1)
    _card, defined = selectors.kpi_card(cast.ana, "kpi")
    assert (defined.definition.aggregate, defined.kpi.version) == (Aggregate.MEAN, 2)
    assert KpiDefinition.objects.get(version=1).aggregate == Aggregate.SUM


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        (services.Definition(Aggregate.SUM, "nothing"), "metric"),
        (services.Definition(Aggregate.SUM, "foreign"), "metric"),
        (services.Definition(Aggregate.RATIO, "calls"), "denominator"),
        (services.Definition(Aggregate.SUM, "calls", denominator="calls"), "denominator"),
        (services.Definition(Aggregate.SHARE, "calls", least_score=4), "metric"),
        (services.Definition(Aggregate.SHARE, "calls"), "least_score"),
        (services.Definition(Aggregate.SHARE, "calls", least_score=11), "least_score"),
        (services.Definition(Aggregate.SUM, "calls", least_score=4), "least_score"),
    ],
)
def test_a_definition_that_cannot_be_computed_is_refused(
    cast: Cast, metric: Metric, definition: services.Definition, field: str
) -> None:
    Metric.objects.create(organization=cast.other, key="foreign", name_en="Foreign", unit="count")
    with pytest.raises(InvalidInput) as refusal:
        create(cast.ana, definition=definition)
    assert list(refusal.value.fields) == [field]
    assert not Kpi.objects.exists()


def test_a_known_key_no_name_and_a_foreign_owner_are_refused(cast: Cast, metric: Metric) -> None:
    create(cast.ana)
    with pytest.raises(InvalidInput) as refusal:
        create(cast.ana, name_en="", owner=cast.dan)
    assert set(refusal.value.fields) == {"key", "name_en", "owner"}


def test_a_near_limit_better_than_the_target_is_refused(cast: Cast, metric: Metric) -> None:
    create(cast.ana, direction=Direction.DOWN)
    with pytest.raises(InvalidInput):
        services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(10), Decimal(9))
    services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(10), Decimal(12))
    services.set_target(cast.ana, "kpi", date(2026, 1, 1), Decimal(11), Decimal(12))
    assert [target.value for target in KpiTarget.objects.all()] == [11]


def test_the_library_is_installed_once_and_changes_nothing_that_exists(cast: Cast) -> None:
    services.install_library(cast.organization.pk)
    assert [kpi.key for kpi in Kpi.objects.all()] == [spec.key for spec in SHIPPED_KPIS]
    assert len(SHIPPED_KPIS) == 12
    Kpi.objects.filter(key="csat").update(name_en="Our CSAT")
    services.set_target(cast.ana, "csat", date(2026, 1, 1), Decimal(90), Decimal(80))
    services.install_library(cast.organization.pk)
    assert (Kpi.objects.count(), KpiDefinition.objects.count(), KpiTarget.objects.count()) == (12, 12, 13)
    assert Kpi.objects.get(key="csat").name_en == "Our CSAT"
    assert all(kpi.name_en and kpi.name_zh for kpi in Kpi.objects.all())
