"""What a BI tool has to load again: every change once, in an order that no late commit can escape."""

import base64
import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from common.tenancy import across_organizations, acting_for
from kpis import selectors, services
from kpis.choices import Aggregate, ChangeKind, Direction, Unit
from kpis.models import Kpi, KpiChange, Metric
from kpis.selectors import Change
from kpis.selectors.changes import CursorTooOld
from kpis.services.changes import log_change
from tests.api.conftest import ApiClient
from tests.conftest import Cast, create_cast
from tests.kpis.conftest import query, row

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/changes/"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, because only finished transactions are told."""
    return create_cast()


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    """Calls in all, and two KPIs beside it: what is open, and a formula over the first."""
    services.make_months(date(2026, 5, 1), date(2026, 7, 1))
    Metric.objects.create(organization=cast.organization, key="calls", name_en="Calls", unit="count")
    make(cast, "all", Aggregate.SUM, metric="calls")
    make(cast, "open", Aggregate.BALANCE, metric="calls")
    make(cast, "twice", Aggregate.FORMULA, formula="[all] * 2")
    return Kpi.objects.get(key="all")


def make(cast: Cast, key: str, aggregate: Aggregate, **definition: Any) -> None:
    services.create_kpi(
        cast.ana,
        key=key,
        name_en=key,
        unit=Unit.COUNT,
        direction=Direction.UP,
        definition=services.Definition(aggregate=aggregate, **definition),
    )


def told(cast: Cast, after: str = "", limit: int = 1_000) -> tuple[list[Change], str]:
    page = selectors.changes(cast.ana, after=after, limit=limit)
    return list(page.changes), page.cursor


def push(cast: Cast, *rows: services.MeasurementRow) -> None:
    services.ingest_measurements(cast.ana, "calls", rows)
    services.recompute_all_dirty()


def test_only_what_was_restated_is_told_with_the_kpis_that_read_it(cast: Cast, kpi: Kpi) -> None:
    push(cast, row("a", "2026-05-01T10:00"), row("b", "2026-06-03T10:00"))
    services.publish_days()
    _all, cursor = told(cast)
    push(cast, row("a", "2026-05-01T10:00", 5), row("c", "2026-05-07T10:00"), row("d", "2026-06-03T10:00"))
    changes, after = told(cast, cursor)
    assert [(each.kind, each.metric, each.first_on, each.last_on) for each in changes] == [
        (ChangeKind.RESTATED, "calls", date(2026, 5, 1), date(2026, 5, 7)),
        (ChangeKind.RESTATED, "calls", date(2026, 6, 3), date(2026, 6, 3)),
    ]
    assert changes[0].reasons == ["added", "changed"]
    assert changes[0].version == query("SELECT max(newest_version) FROM kpis_metricprogress")[0][0]
    assert {each.key: each.last_on for each in changes[0].kpis} == {
        "all": date(2026, 5, 7),
        "open": None,
        "twice": date(2026, 5, 7),
    }
    push(cast, row("a", "2026-05-01T10:00", 5))
    assert told(cast, after) == ([], after)


def test_publication_definitions_and_targets_are_told_too(cast: Cast, kpi: Kpi) -> None:
    _made, cursor = told(cast)
    services.publish_days()
    services.change_definition(
        cast.ana,
        "all",
        services.Definition(aggregate=Aggregate.COUNT, metric="calls", applies_from=date(2026, 6, 1)),
        None,
    )
    services.set_target(cast.ana, "all", date(2026, 5, 1), Decimal(9), Decimal(8))
    changes, _cursor = told(cast, cursor)
    assert [(each.kind, each.first_on, {one.key for one in each.kpis}) for each in changes] == [
        (ChangeKind.PUBLISHED, None, set()),
        (ChangeKind.REDEFINED, date(2026, 6, 1), {"all", "twice"}),
        (ChangeKind.RETARGETED, date(2026, 5, 1), {"all", "twice"}),
    ]
    assert selectors.changes(cast.ana, after="now", limit=5).published_through == changes[0].last_on


def test_another_organization_is_told_nothing(cast: Cast, kpi: Kpi) -> None:
    assert told(cast)[0]
    assert selectors.changes(cast.dan, after="", limit=10).changes == []


def late_commit(cast: Cast, kpi: Kpi) -> tuple[threading.Event, threading.Thread]:
    """A transaction that has written a change, and commits when it is told to."""
    written, commit = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with acting_for(cast.organization.pk), transaction.atomic():
                log_change(ChangeKind.REDEFINED, kpi, first_on=date(2026, 5, 9))
                written.set()
                assert commit.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert written.wait(20)
    return commit, thread


def newest_first_seen(after_id: int) -> list[int]:
    """The negative twin: the log in the order of its ids."""
    return [each for (each,) in query("SELECT id FROM kpis_kpichange WHERE id > %s ORDER BY id", [after_id])]


def test_a_change_that_is_committed_late_is_told_and_by_id_alone_it_would_be_lost(
    cast: Cast, kpi: Kpi
) -> None:
    _before, cursor = told(cast)
    naive = newest_first_seen(0)[-1]
    commit, thread = late_commit(cast, kpi)
    log_change(ChangeKind.RETARGETED, kpi, first_on=date(2026, 5, 1))
    seen, cursor = told(cast, cursor)
    naive_seen = newest_first_seen(naive)
    commit.set()
    thread.join()
    more, _cursor = told(cast, cursor)
    assert {each.kind for each in [*seen, *more]} == {ChangeKind.REDEFINED, ChangeKind.RETARGETED}
    assert len(naive_seen) == 1
    assert newest_first_seen(naive_seen[-1]) == [], "the twin that orders by id alone must miss the late one"


def test_a_reader_beside_many_writers_misses_nothing_and_reads_nothing_twice(cast: Cast, kpi: Kpi) -> None:
    _before, cursor = told(cast)
    first = KpiChange.objects.count()
    stop, seen = threading.Event(), []

    def write(number: int) -> None:
        dice = random.Random(number)
        try:
            for _step in range(12):
                with acting_for(cast.organization.pk), transaction.atomic():
                    log_change(ChangeKind.REDEFINED, kpi, first_on=date(2026, 5, number))
                    time.sleep(dice.random() / 30)
                    transaction.set_rollback(dice.random() < 0.2)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[number + 1]) for number in range(6)]
    for writer in writers:
        writer.start()
    while not stop.is_set():
        if not any(writer.is_alive() for writer in writers):
            stop.set()
        found, cursor = told(cast, cursor, limit=7)
        seen += [each.changed_at for each in found]
    while found:
        found, cursor = told(cast, cursor, limit=7)
        seen += [each.changed_at for each in found]
    assert len(seen) == len(set(seen)) == KpiChange.objects.count() - first


def cursor_of(*numbers: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(numbers).encode()).decode()


def numbers_of(cursor: str) -> list[int]:
    numbers: list[int] = json.loads(base64.urlsafe_b64decode(cursor))
    return numbers


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "W10=",
        "Wy0xLDBd",
        "WzEsIDE=",
        "9" * 200,
        cursor_of(1, 1.5, 1),
        cursor_of(1, True, 1),
        cursor_of(1, 1, 2**63),
    ],
)
def test_a_foreign_cursor_is_refused(cast: Cast, cursor: str) -> None:
    answer = ApiClient(cast.ana).send("GET", f"{PATH}?after={cursor}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/after")


def test_a_cursor_of_another_building_of_the_database_or_of_the_future_is_gone(cast: Cast, kpi: Kpi) -> None:
    now = selectors.changes(cast.ana, after="now", limit=1).cursor
    built, transaction_id, change_id = numbers_of(now)
    others = [cursor_of(built - 1, transaction_id, change_id), cursor_of(built, 9_000_000_000_000, 1)]
    for other in others:
        answer = ApiClient(cast.ana).send("GET", f"{PATH}?after={other}")
        assert (answer.status_code, answer.json()["code"]) == (410, "cursor_gone")
    assert ApiClient(cast.ana).send("GET", f"{PATH}?after={now}").status_code == 200


def test_what_a_restore_numbers_below_zero_is_told_in_order_page_by_page(cast: Cast, kpi: Kpi) -> None:
    before, _cursor = told(cast)
    query("UPDATE kpis_kpichange SET transaction = transaction - 1000000000 RETURNING id")
    log_change(ChangeKind.RETARGETED, kpi, first_on=date(2026, 5, 1))
    seen: list[Change] = []
    cursor = ""
    while (page := told(cast, cursor, limit=1))[0]:
        seen, cursor = [*seen, *page[0]], page[1]
    assert len(seen) == len(before) + 1
    assert [each.changed_at for each in seen[:-1]] == [each.changed_at for each in before]
    # The twin: numbered as on the server of before, what was restored would be hidden as long as this one is behind.
    query("UPDATE kpis_kpichange SET transaction = transaction + 2000000000 RETURNING id")
    assert told(cast)[0] == []


def aged(days: int, *ids: int) -> None:
    """The changes were made so many days ago."""
    query(
        "UPDATE kpis_kpichange SET changed_at = now() - make_interval(days => %s) WHERE id = ANY(%s) RETURNING id",
        [days, list(ids)],
    )


def test_forgetting_changes_twice_keeps_what_is_young_and_refuses_only_cursors_that_missed_something(
    cast: Cast, kpi: Kpi
) -> None:
    for day in range(1, 6):
        log_change(ChangeKind.REDEFINED, kpi, first_on=date(2026, 5, day))
    *old, fourth, fifth = KpiChange.objects.order_by("transaction", "id").values_list("id", flat=True)
    # A cursor as a reader holds it that has read the log as far as the first, the last but two, and the last of them.
    cursors = [told(cast, limit=number)[1] for number in (1, len(old), len(old) + 1)]
    aged(500, *old)
    with across_organizations(), transaction.atomic(), connection.cursor() as cursor:
        # The plan the server takes at some moments: every row of the log looks for itself in what is to go.
        for kind in ("hashjoin", "mergejoin", "hashagg", "material", "sort"):
            cursor.execute("SELECT set_config(%s, 'off', true)", [f"enable_{kind}"])
        assert services.forget_changes(days=400, most=1) == 1
    with across_organizations():
        with pytest.raises(CursorTooOld):
            told(cast, cursors[0])
        assert services.forget_changes(days=400, most=100) == len(old) - 2
        assert services.forget_changes(days=400, most=100) == 0
    assert set(KpiChange.objects.values_list("id", flat=True)) == {old[-1], fourth, fifth}
    assert [each.first_on for each in told(cast)[0]] == [date(2026, 5, 4), date(2026, 5, 5)]
    assert [each.first_on for each in told(cast, cursors[1])[0]] == [date(2026, 5, 4), date(2026, 5, 5)]
    assert [each.first_on for each in told(cast, cursors[2])[0]] == [date(2026, 5, 5)]
    answer = ApiClient(cast.ana).send("GET", f"{PATH}?after={cursors[0]}")
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_gone")
    assert "Load everything again" in answer.json()["title"]


def test_where_nothing_was_forgotten_the_oldest_cursor_still_reads_everything(cast: Cast, kpi: Kpi) -> None:
    cursor = selectors.changes(cast.dan, after="now", limit=1).cursor
    with acting_for(cast.other.pk):
        KpiChange.objects.create(organization=cast.other, kind=ChangeKind.PUBLISHED)
    with across_organizations():
        assert services.forget_changes(days=400, most=100) == 0
    assert len(selectors.changes(cast.dan, after=cursor, limit=10).changes) == 1


def test_the_api_pages_through_the_log_and_then_answers_304(cast: Cast, kpi: Kpi) -> None:
    api = ApiClient(cast.ana)
    first = api.send("GET", f"{PATH}?limit=2").json()
    assert (len(first["results"]), first["has_more"]) == (2, True)
    rest = api.send("GET", f"{PATH}?after={first['cursor']}").json()
    assert (len(rest["results"]), rest["has_more"]) == (1, False)
    caught_up = api.send("GET", f"{PATH}?after={rest['cursor']}")
    assert caught_up.json()["results"] == []
    again = api.send("GET", f"{PATH}?after={rest['cursor']}", If_None_Match=caught_up["ETag"])
    assert again.status_code == 304


@pytest.fixture(autouse=True)
def organization(cast: Cast) -> Iterator[None]:
    """What the test writes itself, it writes for Acme."""
    with acting_for(cast.organization.pk):
        yield
