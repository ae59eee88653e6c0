"""New KPIs and other definitions, by form and preview."""

from decimal import Decimal

import pytest
from django.test import Client

from kpis import services
from kpis.choices import Aggregate, Direction, Unit
from kpis.models import DirtyRange, Kpi, KpiDefinition, Metric
from kpis.services import Definition
from tests.conftest import Cast, sign_in
from tests.kpis.conftest import row

pytestmark = pytest.mark.django_db
CALLS = "/kpis/calls/definition/"
NEW = {
    "name_en": "Mean of calls",
    "key": "calls-mean",
    "unit": "count",
    "direction": "up",
    "minimum_n": "1",
    "aggregate": "mean",
    "metric": "calls",
}


@pytest.fixture
def calls(cast: Cast, metric: Metric) -> Kpi:
    """The sum of a pushed metric that has two facts on one day."""
    services.ingest_measurements(
        cast.ana, "calls", [row("a", "2026-10-05T10:00", 3), row("b", "2026-10-05T11:00", 5)]
    )
    services.recompute_all_dirty()
    return services.create_kpi(
        cast.ana,
        key="calls",
        name_en="Calls",
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=Definition(Aggregate.SUM, "calls"),
    )


def edited(kpi: Kpi, **changes: str) -> dict[str, str]:
    """What the form of the KPI holds, with these changes."""
    said = {**NEW, "name_en": "Calls", "aggregate": "sum", "starts": "today", "version": str(kpi.version)}
    return {**said, **changes}


@pytest.fixture
def ana(cast: Cast) -> Client:
    """A manager's browser."""
    return sign_in(cast.ana)


def test_a_manager_makes_a_kpi(cast: Cast, metric: Metric, ana: Client) -> None:
    response = ana.post("/kpis/new/", NEW)
    assert response["Location"] == "/kpis/calls-mean/"
    kpi = Kpi.objects.get(organization=cast.organization, key="calls-mean")
    assert (kpi.definitions.get().aggregate, kpi.definitions.get().metric) == (Aggregate.MEAN, metric)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"metric": ""}, "metric"),
        ({"key": "new"}, "key"),
        ({"key": "no spaces"}, "key"),
        ({"name_en": ""}, "name_en"),
        ({"aggregate": "share", "least_score": "4"}, "metric"),
        ({"aggregate": "formula", "formula": "[nothing] + 1"}, "formula"),
    ],
)
def test_a_kpi_that_cannot_be_is_refused_at_its_field(
    metric: Metric, ana: Client, wrong: dict[str, str], field: str
) -> None:
    response = ana.post("/kpis/new/", {**NEW, **wrong})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Kpi.objects.filter(key__in=("calls-mean", "new")).exists()


def test_another_aggregate_is_another_version_from_today_on(calls: Kpi, ana: Client) -> None:
    assert ana.post(CALLS, edited(calls, aggregate="mean")).status_code == 302
    versions = list(calls.definitions.order_by("version"))
    assert [each.aggregate for each in versions] == ["sum", "mean"]
    assert versions[0].applies_from is None
    assert versions[1].applies_from is not None


def test_another_name_alone_makes_no_version(calls: Kpi, ana: Client) -> None:
    assert ana.post(CALLS, edited(calls, name_en="Phone calls")).status_code == 302
    calls.refresh_from_db()
    assert (calls.name_en, calls.definitions.count()) == ("Phone calls", 1)


def test_fields_of_other_aggregates_are_not_read(calls: Kpi, ana: Client) -> None:
    said = edited(calls, aggregate="max", least_score="4", denominator="calls", formula="[")
    assert ana.post(CALLS, said).status_code == 302
    newest = calls.definitions.get(version=2)
    assert (newest.aggregate, newest.denominator, newest.least_score, newest.formula) == (
        "max",
        None,
        None,
        "",
    )


def test_a_stale_form_changes_nothing_and_keeps_what_was_typed(cast: Cast, calls: Kpi, ana: Client) -> None:
    stale = edited(calls, aggregate="mean", description="typed by hand")
    services.edit_kpi(cast.adam, "calls", None, name_en="Renamed")
    response = ana.post(CALLS, stale)
    assert response.status_code == 409
    assert "typed by hand" in response.content.decode()
    assert f"{cast.adam.user.name} changed this while you were editing." in response.content.decode()
    assert calls.definitions.count() == 1
    again = {**stale, "version": response.context["form"]["version"].value()}
    assert ana.post(CALLS, again).status_code == 302
    assert calls.definitions.count() == 2


def test_a_preview_says_what_would_change_and_stores_nothing(calls: Kpi, ana: Client) -> None:
    said = edited(calls, aggregate="mean", starts="beginning", preview="1")
    part = ana.post(CALLS, said, headers={"HX-Request": "true"}).content.decode()
    preview = ana.post(CALLS, said).context["preview"]
    assert part.lstrip().startswith("<aside")
    assert preview.sentence in part
    changed = [each.point for each in preview.rows if each.point.value != each.point.compared_value]
    assert (Decimal(4), Decimal(8)) in [(each.value, each.compared_value) for each in changed]
    assert str(len(changed)) in preview.sentence
    assert KpiDefinition.objects.filter(kpi=calls).count() == 1


def test_a_preview_is_given_out_as_a_file(calls: Kpi, ana: Client) -> None:
    response = ana.post(CALLS, edited(calls, aggregate="mean", starts="beginning", preview="csv"))
    first, *lines = response.content.decode("utf-8-sig").splitlines()
    assert first == "period_start,period_end,value_now,value_then,n"
    assert [line for line in lines if line.endswith(",8.000000,4.000000,2")]
    assert (len(lines), KpiDefinition.objects.filter(kpi=calls).count()) == (26, 1)


def test_a_preview_of_a_later_start_changes_no_past_week(calls: Kpi, ana: Client) -> None:
    said = edited(calls, aggregate="mean", starts="day", applies_from="2199-01-01", preview="1")
    assert "None of the last 26 weeks" in ana.post(CALLS, said).content.decode()


def test_a_preview_of_percentiles_reads_facts_that_no_cell_holds_yet(calls: Kpi, ana: Client) -> None:
    said = edited(calls, aggregate="p50", starts="beginning", preview="1")
    rows = ana.post(CALLS, said).context["preview"].rows
    assert Decimal(4) in [each.point.value for each in rows]
    assert not Metric.objects.get(key="calls").keeps_percentiles
    assert not DirtyRange.objects.exists()


def test_a_formula_error_points_at_its_column(calls: Kpi, ana: Client) -> None:
    said = edited(calls, aggregate="formula", formula="1 +\n2 + [cals]", preview="1")
    response = ana.post(CALLS, said)
    assert response.context["form"].caret == "2 + [cals]\n    ^"


def test_a_kpi_is_archived_after_a_question_and_restored(calls: Kpi, ana: Client) -> None:
    assert "Archive “Calls”?" in ana.get("/kpis/calls/archival/").content.decode()
    ana.post("/kpis/calls/archival/")
    assert "/kpis/calls/" not in ana.get("/kpis/").content.decode()
    assert "/kpis/calls/" in ana.get("/kpis/?archived=on").content.decode()
    ana.post("/kpis/calls/restoration/")
    assert "/kpis/calls/" in ana.get("/kpis/").content.decode()


def test_members_neither_define_nor_archive(cast: Cast, calls: Kpi) -> None:
    ben = sign_in(cast.ben)
    for path in (CALLS, "/kpis/new/", "/kpis/calls/archival/"):
        assert ben.get(path).status_code == 403
        assert ben.post(path, edited(calls)).status_code == 403
    calls.refresh_from_db()
    assert (calls.version, calls.archived_at) == (1, None)
