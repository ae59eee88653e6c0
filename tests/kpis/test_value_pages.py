"""Values by hand: a grid whose cells are stored, replaced and retracted."""

from datetime import timedelta

import pytest
from django.test import Client

from kpis import selectors, services
from kpis.models import Measurement, Metric
from kpis.registry import shipped_metrics
from tests.conftest import Cast, sign_in
from tests.kpis.conftest import row, wrong_cells

pytestmark = pytest.mark.django_db
GRID = "/metrics/calls/values/"


@pytest.fixture
def ben(cast: Cast, metric: Metric) -> Client:
    """A member's browser, before a pushed metric."""
    return sign_in(cast.ben)


def day(cast: Cast, back: int = 1) -> str:
    """A day of the grid."""
    return (selectors.today(cast.organization) - timedelta(days=back)).isoformat()


def facts() -> set[tuple[str, float, int]]:
    """What is stored."""
    return {(each.source_key, float(each.value), each.weight) for each in Measurement.objects.all()}


def test_values_and_weights_are_stored_under_the_day(cast: Cast, ben: Client) -> None:
    response = ben.post(
        GRID, {f"value-{day(cast)}": "7.5", f"weight-{day(cast)}": "4", f"value-{day(cast, 2)}": "3"}
    )
    assert response.status_code == 302
    assert facts() == {(f"manual:{day(cast)}", 7.5, 4), (f"manual:{day(cast, 2)}", 3, 1)}
    services.recompute_all_dirty()
    assert f'name="value-{day(cast)}" value="7.5"' in ben.get(GRID).content.decode()


def test_a_teams_values_are_its_own(cast: Cast, ben: Client) -> None:
    ben.post(f"{GRID}?team={cast.support.pk}", {f"value-{day(cast)}": "7"})
    assert facts() == {(f"manual:{day(cast)}:{cast.support.pk}", 7, 1)}
    assert Measurement.objects.get().team_id == cast.support.pk
    assert 'value="7"' not in ben.get(GRID).content.decode()


def test_a_week_is_stored_at_its_first_day(cast: Cast, ben: Client) -> None:
    first = ben.get(f"{GRID}?grain=week").context["form"].rows[1].period.starts_on
    ben.post(f"{GRID}?grain=week", {f"value-{first}": "70"})
    assert facts() == {(f"manual:{first}", 70, 1)}


def test_another_value_replaces_and_the_same_one_changes_nothing(cast: Cast, ben: Client) -> None:
    ben.post(GRID, {f"value-{day(cast)}": "7"})
    stored = Measurement.objects.get().recorded_at
    ben.post(GRID, {f"value-{day(cast)}": "7.0"})
    assert Measurement.objects.get().recorded_at == stored
    ben.post(GRID, {f"value-{day(cast)}": "8"})
    assert facts() == {(f"manual:{day(cast)}", 8, 1)}


def test_emptying_a_cell_asks_before_it_retracts(cast: Cast, ben: Client) -> None:
    ben.post(GRID, {f"value-{day(cast)}": "7"})
    response = ben.post(GRID, {f"value-{day(cast)}": ""})
    assert response.status_code == 200
    assert "You emptied 1 value" in response.content.decode()
    assert len(facts()) == 1
    ben.post(GRID, {f"value-{day(cast)}": "", "confirmed": "1"})
    assert facts() == set()
    services.recompute_all_dirty()
    assert wrong_cells() == set()


def test_a_wrong_cell_is_named_and_nothing_is_stored(cast: Cast, ben: Client, metric: Metric) -> None:
    metric.is_ordinal = True
    metric.save()
    response = ben.post(GRID, {f"value-{day(cast)}": "7", f"value-{day(cast, 2)}": "7.5"})
    assert (response.status_code, set(response.context["form"].errors)) == (422, {f"value-{day(cast, 2)}"})
    assert facts() == set()


def test_the_grid_counts_what_came_from_elsewhere(cast: Cast, ben: Client) -> None:
    services.ingest_measurements(
        cast.ana, "calls", [row("a", f"{day(cast)}T10:00"), row("b", f"{day(cast)}T11:00")]
    )
    ben.post(GRID, {f"value-{day(cast)}": "7", f"weight-{day(cast)}": "3"})
    services.recompute_all_dirty()
    assert ben.get(GRID).context["form"].rows[1].others == 2


def test_viewers_and_metrics_fed_by_rows_are_refused(cast: Cast, ben: Client) -> None:
    assert sign_in(cast.vera).post(GRID, {f"value-{day(cast)}": "7"}).status_code == 403
    spec = next(iter(shipped_metrics().values()))
    Metric.objects.create(organization=cast.organization, key=spec.key, name_en="Fed", unit=spec.unit)
    assert ben.post(f"/metrics/{spec.key}/values/", {f"value-{day(cast)}": "7"}).status_code == 403
    assert facts() == set()
