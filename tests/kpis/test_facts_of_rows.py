"""Facts follow the rows of the apps: emitted with a change, rebuilt for all, proven by kpi_verify."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kpis import registry, services
from kpis.models import Measurement, Metric
from kpis.registry import Fact, FactSource, MetricSpec
from tests.conftest import Cast
from tests.kpis.conftest import query, run, wrong_cells

NOW = timezone.now().replace(microsecond=0)
Rows = dict[int, list[Fact]]


@pytest.fixture
def rows() -> Iterator[Rows]:
    """The rows of an app that feeds two metrics, by id; change them, then emit."""
    rows: Rows = {}
    specs = (
        MetricSpec("calls.made", "Calls", "通话", "count"),
        MetricSpec("calls.seconds", "Length", "时长", "seconds"),
    )
    registry.register(
        FactSource(
            name="call",
            metrics=specs,
            facts_of=lambda _organization, ids: {row: rows[row] for row in ids if row in rows},
            ids_of=lambda _organization: iter(rows),
            url_name="",
        )
    )
    yield rows
    del registry.sources["call"]


def stored() -> list[tuple[str, str, Decimal]]:
    return query(
        "SELECT m.key, f.source_key, f.value FROM kpis_measurement f"
        " JOIN kpis_metric m ON m.id = f.metric_id ORDER BY 1, 2"
    )


def test_the_facts_of_a_row_are_exactly_what_is_derived_from_it(cast: Cast, rows: Rows) -> None:
    organization = cast.organization.pk
    rows[5] = [
        Fact("calls.made", NOW, 1),
        Fact("calls.made", NOW, 1, part="again"),
        Fact("calls.seconds", NOW, 9),
    ]
    rows[50] = [Fact("calls.made", NOW, 1)]
    assert services.emit_facts("call", organization, [5, 50]) == 4
    assert services.emit_facts("call", organization, [5, 50]) == 0
    rows[5] = [Fact("calls.made", NOW - timedelta(days=40), 1), Fact("calls.seconds", NOW, 8)]
    assert services.emit_facts("call", organization, [5]) == 3
    assert stored() == [
        ("calls.made", "call:5", 1),
        ("calls.made", "call:50", 1),
        ("calls.seconds", "call:5", 8),
    ]
    del rows[5]
    assert services.emit_facts("call", organization, [5]) == 2
    assert [key for _, key, _ in stored()] == ["call:50"]
    services.recompute_all_dirty()
    assert not wrong_cells()


def test_another_organizations_facts_of_the_same_ids_stay(cast: Cast, rows: Rows) -> None:
    rows[5] = [Fact("calls.made", NOW, 1)]
    services.emit_facts("call", cast.organization.pk, [5])
    services.emit_facts("call", cast.other.pk, [5])
    rows[5] = []
    services.emit_facts("call", cast.organization.pk, [5])
    assert [
        each.metric.organization for each in Measurement.objects.select_related("metric__organization")
    ] == [cast.other]


def test_a_rebuild_restores_lost_facts_and_removes_those_of_deleted_rows(cast: Cast, rows: Rows) -> None:
    rows.update({number: [Fact("calls.made", NOW, number)] for number in range(1, 6)})
    services.emit_facts("call", cast.organization.pk, list(rows))
    run("DELETE FROM kpis_measurement WHERE source_key = 'call:2'")
    run("UPDATE kpis_measurement SET value = 100 WHERE source_key = 'call:3'")
    del rows[4]
    output = StringIO()
    call_command("rebuild_facts", organization="acme", stdout=output, stderr=StringIO())
    assert "3 facts" in output.getvalue()
    assert [int(value) for _, _, value in stored()] == [1, 2, 3, 5]
    assert not wrong_cells()


def test_verify_finds_a_wrong_a_missing_and_a_surplus_cell_but_not_a_waiting_one(
    cast: Cast, rows: Rows
) -> None:
    rows.update({number: [Fact("calls.made", NOW - timedelta(days=number), 2)] for number in range(1, 6)})
    services.emit_facts("call", cast.organization.pk, list(rows))
    call_command("kpi_verify", stdout=StringIO())
    services.recompute_all_dirty()
    call_command("kpi_verify", organization="acme", stdout=StringIO())
    days = [day for (day,) in query("SELECT day FROM kpis_daycell ORDER BY day")]
    run("UPDATE kpis_daycell SET total = 3 WHERE day = %s", [days[0]])
    run("DELETE FROM kpis_daycell WHERE day = %s", [days[1]])
    run("UPDATE kpis_daycell SET day = day - 100, last_value = 1 WHERE day = %s", [days[2]])
    output = StringIO()
    with pytest.raises(CommandError, match="4 cells") as refusal:
        call_command("kpi_verify", stdout=output)
    assert refusal.value.returncode == 1
    assert output.getvalue().count("\n") == 4
    call_command("kpi_verify", organization="rival", stdout=StringIO())
    with pytest.raises(CommandError, match="no organization"):
        call_command("kpi_verify", organization="nobody", stdout=StringIO())


def test_missing_metrics_are_made_from_their_specs(cast: Cast, rows: Rows) -> None:
    rows[1] = [Fact("calls.seconds", NOW, 1)]
    services.emit_facts("call", cast.organization.pk, [1])
    assert Metric.objects.get(key="calls.seconds").name_zh == "时长"
