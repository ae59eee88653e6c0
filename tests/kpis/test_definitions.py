"""Who may define what is measured, and what a definition must be."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from activity.models import Event
from common.errors import InvalidInput, NotAllowed, NotVisible, StaleVersion
from kpis import selectors, services
from kpis.choices import Aggregate, Direction, Unit
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
        (services.Definition(Aggregate.SHARE, "scores"), "least_score"),
        (services.Definition(Aggregate.SHARE, "scores", least_score=11), "least_score"),
        (services.Definition(Aggregate.SUM, "calls", least_score=4), "least_score"),
        (services.Definition(Aggregate.SUM, "calls", most_score=4), "most_score"),
        (services.Definition(Aggregate.SHARE, "scores", least_score=4, most_score=3), "most_score"),
        (services.Definition(Aggregate.SHARE, "scores", least_score=4, most_score=11), "most_score"),
        (services.Definition(Aggregate.NPS, "calls"), "metric"),
        (services.Definition(Aggregate.AGE, "calls"), "denominator"),
        (services.Definition(Aggregate.SUM), "metric"),
        (services.Definition(Aggregate.SUM, "calls", formula="[kpi]"), "formula"),
        (services.Definition(Aggregate.SUM, "calls", denominator_label="x"), "denominator_label"),
        (services.Definition(Aggregate.SUM, "calls", scale=Decimal(0)), "scale"),
        (services.Definition(Aggregate.SUM, "calls", scale=Decimal("NaN")), "scale"),
        (services.Definition(Aggregate.SUM, "calls", scale=Decimal("0.00001")), "scale"),
        (services.Definition(Aggregate.SUM, "calls", scale=Decimal(10**8)), "scale"),
        (services.Definition(Aggregate.SUM, "calls", matures_after_days=-1), "matures_after_days"),
        (services.Definition(Aggregate.SUM, "calls", applies_from=date(2026, 1, 1)), "applies_from"),
    ],
)
def test_a_definition_that_cannot_be_computed_is_refused(
    cast: Cast, metric: Metric, definition: services.Definition, field: str
) -> None:
    Metric.objects.create(organization=cast.other, key="foreign", name_en="Foreign", unit="count")
    Metric.objects.create(
        organization=cast.organization, key="scores", name_en="Scores", unit="score", is_ordinal=True
    )
    with pytest.raises(InvalidInput) as refusal:
        create(cast.ana, definition=definition)
    assert list(refusal.value.fields) == [field]
    assert not Kpi.objects.exists()


def test_a_known_key_no_name_and_a_foreign_owner_are_refused(cast: Cast, metric: Metric) -> None:
    create(cast.ana)
    with pytest.raises(InvalidInput) as refusal:
        create(cast.ana, name_en="", owner=cast.dan)
    assert set(refusal.value.fields) == {"key", "name_en", "owner"}


@pytest.mark.parametrize(
    ("aggregate", "flag"),
    [
        (Aggregate.LAST, "keeps_order"),
        (Aggregate.P50, "keeps_percentiles"),
        (Aggregate.P90, "keeps_percentiles"),
    ],
)
def test_a_definition_turns_on_what_its_metric_must_keep(
    cast: Cast, metric: Metric, aggregate: Aggregate, flag: str
) -> None:
    create(cast.ana)
    metric.refresh_from_db()
    assert not getattr(metric, flag)
    services.change_definition(cast.ana, "kpi", services.Definition(aggregate, "calls"), None)
    metric.refresh_from_db()
    assert getattr(metric, flag)


def test_a_kpi_is_edited_archived_and_restored_with_an_event_each(cast: Cast, metric: Metric) -> None:
    create(cast.ana)
    edited = services.edit_kpi(cast.ana, "kpi", 1, name_zh="通话", owner=cast.ben, minimum_n=3)
    assert (edited.version, edited.name_zh, edited.owner, edited.minimum_n) == (2, "通话", cast.ben, 3)
    assert services.edit_kpi(cast.ana, "kpi", 2, minimum_n=3).version == 2
    for _ in range(2):
        assert services.archive_kpi(cast.ana, "kpi").archived_at is not None
    assert selectors.cards(cast.ana) == []
    assert selectors.series(cast.ana, "kpi", "day", date(2026, 1, 1), date(2026, 1, 2)).kpi.archived_at
    for _ in range(2):
        assert services.restore_kpi(cast.ana, "kpi").archived_at is None
    assert len(selectors.cards(cast.ana)) == 1
    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["kpi.created", "kpi.edited", "kpi.archived", "kpi.restored"]


def test_a_bad_or_stale_edit_is_refused_and_nothing_changes(cast: Cast, metric: Metric) -> None:
    create(cast.ana)
    with pytest.raises(InvalidInput):
        services.edit_kpi(cast.ana, "kpi", 1, name_en="", owner=cast.dan)
    with pytest.raises(StaleVersion):
        services.edit_kpi(cast.ana, "kpi", 7, name_en="Other")
    for by, refusal in ((cast.ben, NotAllowed), (cast.dan, NotVisible)):
        for call in (
            lambda by: services.edit_kpi(by, "kpi", 1, name_en="Other"),
            lambda by: services.archive_kpi(by, "kpi"),
            lambda by: services.restore_kpi(by, "kpi"),
            lambda by: services.remove_target(by, "kpi", 1),
        ):
            with pytest.raises(refusal):
                call(by)
    kpi = Kpi.objects.get()
    assert (kpi.name_en, kpi.owner, kpi.version, kpi.archived_at) == ("A KPI", None, 1, None)
