"""Two real files, whole: every row is accounted for, and the KPIs equal SQL over the raw rows."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from feedback.models import FeedbackItem, Reply
from kpis import services as kpis
from kpis.choices import Grain
from kpis.selectors import series
from tasks.models import Task, Transition
from tests.conftest import Cast, shared_data
from tests.importing.conftest import EXAMPLES, Import, raw_table, rows_of

MICRO = Decimal("0.000001")
GRAINS = (Grain.DAY, Grain.WEEK, Grain.MONTH)


def expected(value: str, local_time: str, grain: Grain, where: str = "true") -> dict[date, Decimal]:
    """`value` of the raw rows by the period of their local time."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT date_trunc('{grain}', {local_time})::date, {value} FROM raw WHERE {where} GROUP BY 1"
        )
        return dict(cursor.fetchall())


def found(cast: Cast, key: str, grain: Grain, first: date, last: date) -> dict[date, Decimal]:
    """The KPI's points that rest on facts."""
    points = series(cast.ana, key, grain, first, last).points
    return {point.starts_on: point.value for point in points if point.n and point.value is not None}


def is_equal(found: dict[date, Decimal], wanted: dict[date, Decimal]) -> bool:
    """The same periods with the same values, to the last of six places."""
    assert wanted
    return found.keys() == wanted.keys() and all(
        abs(found[day] - Decimal(wanted[day])) <= MICRO for day in wanted
    )


class TestChineseComplaints:
    """2,816 complaints with the official reply, one of them without a time of day."""

    @pytest.fixture
    def file(self) -> Path:
        return shared_data("a_zh_citizen_complaints_replies.csv.gz")

    def load(self, importing: Import, file: Path, *arguments: str):
        return importing("feedback", file, "--mapping", EXAMPLES / "zh-complaints.yaml", *arguments)

    def test_every_row_is_stored_or_reported_and_the_kpis_equal_sql(self, importing, file, cast):
        rows = rows_of(file)
        said = self.load(importing, file)
        assert (said.code, said.rows()) == (1, (len(rows), len(rows) - 1, 1))
        assert FeedbackItem.objects.count() == Reply.objects.count() == len(rows) - 1
        (bad,) = [row for row in rows if ":" not in row["答复时间"]]
        assert not FeedbackItem.objects.filter(external_id=bad["留言编号"]).exists()
        assert self.load(importing, file).items() == (0, 0, len(rows) - 1)
        self.compare_kpis(cast, [row for row in rows if row is not bad])

    def compare_kpis(self, cast: Cast, rows: list[dict[str, str]]) -> None:
        kpis.install_library(cast.organization.pk)
        with connection.cursor() as cursor:
            # As the server does by itself a minute after an import.
            cursor.execute("ANALYZE kpis_measurement")
        kpis.recompute_all_dirty()
        raw_table("opened timestamp, replied timestamp", [(row["留言时间"], row["答复时间"]) for row in rows])
        first, last = date(2017, 1, 1), date(2020, 1, 31)
        for grain in GRAINS:
            first = date(2011, 4, 1) if grain is not Grain.DAY else first
            counts = expected("count(*)", "opened", grain, f"opened >= '{first}'")
            assert is_equal(found(cast, "feedback-volume", grain, first, last), counts)
            seconds = expected(
                "avg(extract(epoch FROM replied - opened))", "replied", grain, f"replied >= '{first}'"
            )
            assert is_equal(found(cast, "first-response-time", grain, first, date(2020, 12, 31)), seconds)


class TestHelpDeskEvents:
    """21,348 events of 4,580 cases."""

    DONE = {"Resolve ticket", "RESOLVED", "VERIFIED", "Closed"}

    @pytest.fixture
    def file(self) -> Path:
        return shared_data("b_helpdesk_events.csv.gz")

    def load(self, importing: Import, file: Path):
        return importing("tasks", file, "--mapping", EXAMPLES / "helpdesk-events.yaml")

    def test_every_event_is_a_step_and_the_kpi_equals_sql(self, importing, file, cast):
        rows = rows_of(file)
        cases = {row["case_id"] for row in rows}
        said = self.load(importing, file)
        assert (said.code, said.rows()) == (0, (len(rows), len(rows), 0))
        assert said.items() == (len(cases), 0, 0)
        assert Task.objects.count() == len(cases)
        steps = Transition.objects.values_list("task__external_id", "external_status", "at")
        assert sorted(steps) == sorted(
            (row["case_id"], row["concept:name"], datetime.fromisoformat(row["time:timestamp"]))
            for row in rows
        )
        assert self.load(importing, file).items() == (0, 0, len(cases))
        self.compare_throughput(cast, rows)

    def compare_throughput(self, cast: Cast, rows: list[dict[str, str]]) -> None:
        kpis.install_library(cast.organization.pk)
        kpis.recompute_all_dirty()
        events = [
            (line, row["case_id"], row["time:timestamp"], row["concept:name"] in self.DONE)
            for line, row in enumerate(rows)
        ]
        raw_table("line int, case_id text, at timestamptz, is_done bool", events)
        ended = (
            "is_done AND NOT EXISTS (SELECT FROM raw AS next WHERE next.case_id = raw.case_id AND NOT next.is_done "
            "AND (next.at, next.line) > (raw.at, raw.line)) AND NOT EXISTS (SELECT FROM raw AS last WHERE "
            "last.case_id = raw.case_id AND last.is_done AND (last.at, last.line) < (raw.at, raw.line) AND NOT EXISTS "
            "(SELECT FROM raw AS gap WHERE gap.case_id = raw.case_id AND NOT gap.is_done "
            "AND (gap.at, gap.line) BETWEEN (last.at, last.line) AND (raw.at, raw.line)))"
        )
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX ON raw (case_id)")
        for grain in GRAINS:
            counts = expected("count(*)", "(at AT TIME ZONE 'Asia/Shanghai')", grain, ended)
            values = found(cast, "throughput", grain, date(2010, 1, 1), date(2014, 1, 5))
            assert is_equal(values, counts)
