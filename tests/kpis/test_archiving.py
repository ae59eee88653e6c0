"""Months of final facts go to a file and come back exactly; cells and keys stay all the while."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from common.errors import InvalidInput
from kpis import selectors, services
from kpis.errors import CannotArchive
from kpis.models import ArchivedMonth, DirtyRange, Metric
from tests.conftest import Cast
from tests.kpis.conftest import query, row, run, wrong_cells

MARCH, APRIL, MAY = (date(2016, month, 1) for month in (3, 4, 5))
EVERYTHING = "SELECT * FROM kpis_measurement ORDER BY metric_id, source_key"


@pytest.fixture
def two_months(cast: Cast, metric: Metric) -> None:
    """March is final, April is not."""
    services.make_months(MARCH, APRIL)
    services.ingest_measurements(
        cast.ana,
        "calls",
        [
            row("a", "2016-03-05T10:00", "1.5", team_id=cast.support.pk, label='with "quotes", and\nlines'),
            row("b", "2016-03-06T10:00", 2, member_id=cast.ben.pk, weight=7),
            row("c", "2016-04-20T10:00", 3),
        ],
    )
    services.recompute_all_dirty()
    services.freeze_before(cast.ana, "calls", APRIL)


def cells() -> list[tuple[object, ...]]:
    return query("SELECT * FROM kpis_daycell ORDER BY metric_id, day, label")


def test_a_month_goes_and_comes_back_exactly(cast: Cast, two_months: None, tmp_path: Path) -> None:
    before, cells_before = query(EVERYTHING), cells()
    call_command("archive_facts", "--before=2016-05", f"--to={tmp_path}")
    assert [key for (key,) in query("SELECT source_key FROM kpis_measurement")] == ["c"]
    assert cells() == cells_before
    assert not list(selectors.wrong_cells())
    (file,) = tmp_path.iterdir()
    assert ArchivedMonth.objects.get().facts == 2
    call_command("restore_facts", str(file))
    assert query(EVERYTHING) == before
    assert not wrong_cells()
    assert not DirtyRange.objects.exists()
    assert services.archive_month(MARCH, tmp_path).facts == 2


def test_a_key_of_an_archived_fact_stays_taken(cast: Cast, two_months: None, tmp_path: Path) -> None:
    services.archive_month(MARCH, tmp_path)
    for at in ("2016-03-05T10:00", "2016-04-21T10:00"):
        with pytest.raises(InvalidInput):
            services.ingest_measurements(cast.ana, "calls", [row("a", at)])


def test_a_late_fact_of_another_metric_finds_its_month_and_the_archive_joins_it(
    cast: Cast, two_months: None, make_metric, tmp_path: Path
) -> None:
    services.archive_month(MARCH, tmp_path)
    make_metric("others")
    services.ingest_measurements(cast.ana, "others", [row("late", "2016-03-07T10:00")])
    services.recompute_all_dirty()
    services.tidy_partitions()
    services.freeze_before(cast.ana, "others", APRIL)
    assert services.months_to_archive(MAY) == []
    with pytest.raises(CannotArchive):
        services.archive_month(MARCH, tmp_path)
    services.restore_month(next(tmp_path.iterdir()))
    assert len(query(EVERYTHING)) == 4
    assert not wrong_cells()


def test_only_months_whose_facts_are_all_final_are_archived(
    cast: Cast, two_months: None, make_metric, tmp_path: Path
) -> None:
    assert services.months_to_archive(MAY) == [MARCH]
    assert services.months_to_archive(MARCH) == []
    make_metric("others")
    services.ingest_measurements(cast.ana, "others", [row("late", "2016-03-07T10:00")])
    assert services.months_to_archive(MAY) == []
    for month in (MARCH, APRIL):
        with pytest.raises(CannotArchive):
            services.archive_month(month, tmp_path)
    assert len(query(EVERYTHING)) == 4
    assert not ArchivedMonth.objects.exists()


def test_a_changed_file_is_refused(cast: Cast, two_months: None, tmp_path: Path) -> None:
    services.archive_month(MARCH, tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(CommandError, match="not a file of an archived month"):
        call_command("restore_facts", str(file))
    assert len(query(EVERYTHING)) == 1


def test_facts_of_a_metric_and_a_team_that_are_gone_do_not_hold_up_the_others(
    cast: Cast, two_months: None, tmp_path: Path
) -> None:
    services.archive_month(MARCH, tmp_path)
    run("DELETE FROM people_teammembership WHERE team_id = %s", [cast.support.pk])
    run("DELETE FROM people_team WHERE id = %s", [cast.support.pk])
    services.restore_month(next(tmp_path.iterdir()))
    assert query("SELECT team_id FROM kpis_measurement WHERE source_key = 'a'") == [(None,)]
