"""Whatever happens to facts, flags, calendar, workers and messages: cells equal the facts, and the ledger replays.

One machine plays writers, two workers on two shards, a publisher and lost or doubled messages; a worker that crashes
rolls back in the middle.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from common.errors import InvalidInput
from kpis import services
from kpis.cellsql import COLUMNS, Source, cells_of, spans
from kpis.models import DirtyRange, Metric
from kpis.services import rollup
from tests.conftest import Cast, create_cast
from tests.kpis.conftest import query, row, run, wrong_cells

START = datetime(2026, 3, 27, tzinfo=UTC)
ZONES = ["Asia/Shanghai", "America/Havana", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"]
FLAGS = ["is_ordinal", "keeps_order", "keeps_percentiles", "keeps_hours"]
FOREVER = date(2100, 1, 1)
keys = st.integers(0, 30)
metrics = st.sampled_from(["calls", "marks"])


class CrashError(Exception):
    """A worker dies."""


class AnyHistory(RuleBasedStateMachine):
    """The rules are what may happen; between them nothing is committed half."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.cast: Cast = create_cast()
        for key in ("calls", "marks"):
            Metric.objects.create(organization=self.cast.organization, key=key, name_en=key, unit="count")
        batch = [row(f"k{i}", START + timedelta(hours=5 * i), i % 11, label="x" * (i % 2)) for i in range(25)]
        services.ingest_measurements(self.cast.ana, "calls", batch)
        self.published: dict[datetime, dict[str, Any]] = {}
        self.publish()

    def teardown(self) -> None:
        self.settle()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        connection.run_on_commit.clear()

    @rule(
        metric=metrics,
        rows=st.lists(
            st.tuples(
                keys,
                st.integers(0, 6 * 24 * 12),
                st.one_of(st.none(), st.integers(0, 10)),
                st.sampled_from([1, 1, 1, 4]),
                st.sampled_from(["", "x"]),
                st.booleans(),
            ),
            min_size=1,
            max_size=12,
            unique_by=lambda each: each[0],
        ),
    )
    def push(self, metric: str, rows: list[tuple[int, int, int | None, int, str, bool]]) -> None:
        """New, late, moved, equal, retracted, weighed: a batch is all of these."""
        batch = [
            row(
                f"k{key}",
                START + timedelta(minutes=5 * at),
                value,
                weight=weight,
                label=label,
                team_id=self.cast.support.pk if own else None,
            )
            for key, at, value, weight, label, own in rows
        ]
        services.ingest_measurements(self.cast.ana, metric, batch)

    @rule(many=st.integers(60, 80))
    def push_many_of_one_day(self, many: int) -> None:
        batch = [row(f"day:{i}", START + timedelta(days=2, minutes=i), i % 11) for i in range(many)]
        services.ingest_measurements(self.cast.ana, "calls", batch)

    @rule(digit=st.integers(0, 9), days=st.integers(-3, 3))
    def move(self, digit: int, days: int) -> None:
        run(
            "UPDATE kpis_measurement SET occurred_at = occurred_at + %s * interval '1 day' WHERE source_key LIKE %s",
            [days, f"%{digit}"],
        )

    @rule(digit=st.integers(0, 9))
    def delete(self, digit: int) -> None:
        run("DELETE FROM kpis_measurement WHERE source_key LIKE %s", [f"%{digit}"])

    @rule(digit=st.integers(0, 9))
    def move_to_another_team(self, digit: int) -> None:
        run(
            "UPDATE kpis_measurement SET team_id = %s WHERE source_key LIKE %s",
            [self.cast.field.pk, f"%{digit}"],
        )

    @rule(digit=st.integers(0, 9))
    def change_and_roll_back(self, digit: int) -> None:
        with transaction.atomic():
            self.delete(digit)
            transaction.set_rollback(True)

    @rule(zone=st.sampled_from(ZONES))
    def change_the_time_zone(self, zone: str) -> None:
        run(
            "UPDATE people_organization SET time_zone = %s WHERE id = %s",
            [zone, self.cast.organization.pk],
        )
        self.cast.organization.refresh_from_db()

    @rule(metric=metrics, flag=st.sampled_from(FLAGS), value=st.booleans())
    def change_a_flag(self, metric: str, flag: str, value: bool) -> None:
        Metric.objects.filter(organization=self.cast.organization, key=metric).update(**{flag: value})

    @rule(shard=st.integers(0, django_settings.KPI_SHARDS - 1), times=st.integers(1, 2))
    def deliver_a_message(self, shard: int, times: int) -> None:
        """In any order, late, doubled, or never."""
        for _ in range(times):
            services.recompute_shard(shard)

    @rule(shard=st.integers(0, django_settings.KPI_SHARDS - 1))
    def crash_a_worker(self, shard: int) -> None:
        with suppress(CrashError), transaction.atomic():
            rollup._recompute_once(shard)
            raise CrashError

    @precondition(lambda self: DirtyRange.objects.count() > 3)
    @rule(room=st.integers(1, 5))
    def work_in_small_pieces(self, room: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rollup, "DAYS_AT_ONCE", room)
            patch.setattr(rollup, "SECONDS_PER_ROUND", 0.001)
            services.recompute_shard(DirtyRange.objects.earliest("id").shard)

    @rule()
    def settle(self) -> None:
        """The sweep has come by: now cells must be what the facts say."""
        services.recompute_all_dirty()
        assert not DirtyRange.objects.exists()
        assert not wrong_cells()

    @rule()
    def publish(self) -> None:
        self.settle()
        run("DELETE FROM kpis_publication")
        services.publish_days()
        self.published = {query("SELECT clock_timestamp()")[0][0]: self.read(Source.CELLS)}

    @invariant()
    def what_was_published_can_be_read_as_it_was(self) -> None:
        for at, seen in self.published.items():
            assert self.read(Source.AS_OF, as_of=at) == seen

    @invariant()
    def a_strict_read_is_what_the_facts_say(self) -> None:
        assert self.read(Source.STRICT) == self.read(Source.FACTS)

    def read(self, source: Source, **parameters: Any) -> dict[str, Any]:
        """Every place with facts, and its state."""
        ids = Metric.objects.filter(organization=self.cast.organization).values_list("pk", flat=True)
        columns = ", ".join(COLUMNS)
        found = query(
            f"SELECT metric_id, day, team_id, member_id, label, {columns} FROM {cells_of(source)} AS c WHERE n > 0",
            {**spans([(metric_id, None, FOREVER) for metric_id in ids]), **parameters},
        )
        assert len({each[:5] for each in found}) == len(found)
        return {repr(each[:5]): repr(each[5:]) for each in found}


@pytest.mark.django_db
def test_any_history_ends_with_cells_that_equal_the_facts() -> None:
    AnyHistory.TestCase.settings = settings(
        max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    AnyHistory.TestCase("runTest").runTest()


def test_a_push_that_is_refused_changes_nothing(cast: Cast, metric: Metric) -> None:
    with pytest.raises(InvalidInput):
        services.ingest_measurements(cast.ana, "calls", [row("a", START), row("b", START, weight=0)])
    assert query("SELECT count(*) FROM kpis_measurement") == [(0,)]
    assert not DirtyRange.objects.exists()
