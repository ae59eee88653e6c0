"""The parts of Home: of whom and of which days, and what each leads to."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.models import Event
from home.blocks import HOME, Reading, wanted
from home.blocks.changes import Changes, changes_block
from home.blocks.goals import goals_block, reviews_block
from home.blocks.work import Work, work_block
from home.models import Visit
from home.selectors import pulse_of
from home.services import mark_seen
from people.models import Team
from tasks.choices import Status
from tasks.models import SpecialDay, Task
from tasks.selectors import MINUTES_A_DAY
from tasks.services import change_status, create_task
from tests.conftest import Cast, sign_in
from tests.home.test_manager_home import HOME_QUERIES, add_rows, late_item, overdue_task

pytestmark = pytest.mark.django_db

# A Wednesday; from it on fourteen days have ten working days.
WEDNESDAY = date(2026, 5, 13)
# The session, who it is, and whether anything is new.
PULSE_QUERIES = 3


def reading(cast: Cast, *, today: date | None = None, **query: str) -> Reading:
    """Ana's Home with this address, on this day."""
    return Reading(cast.ana, wanted(query, today or timezone.localdate(timezone=cast.organization.zone)))


def work(cast: Cast, **query: str) -> Work:
    return work_block(reading(cast, today=WEDNESDAY, **query))


def task(cast: Cast, title: str, **fields: object) -> Task:
    return create_task(
        by=cast.ana, **{"title": title, "assignee_id": cast.ben.pk, "due_on": WEDNESDAY, **fields}
    )


def changes(cast: Cast) -> Changes:
    return changes_block(reading(cast))


def test_every_block_can_be_told_as_plain_tables(cast: Cast) -> None:
    add_rows(cast, 1)
    whole = reading(cast)
    for read in HOME:
        for table in read(whole).tables():
            assert table.title
            assert all(len(row) == len(table.columns) for row in table.rows)


def test_waiting_tasks_are_told_beside_overdue_ones(cast: Cast) -> None:
    late = task(cast, "Late", due_on=WEDNESDAY - timedelta(days=1))
    blocked = task(cast, "Blocked")
    change_status(by=cast.ana, task_id=blocked.pk, status=Status.WAITING, version=blocked.version)
    shown = work(cast)
    assert (shown.overdue, shown.overdue_count) == ([late], 1)
    assert (shown.waiting, shown.waiting_count) == ([blocked], 1)


def test_a_load_is_the_estimates_of_two_weeks_by_the_working_days_in_them(cast: Cast) -> None:
    task(cast, "A", estimate_minutes=600)
    task(cast, "B", estimate_minutes=300, due_on=WEDNESDAY + timedelta(days=13))
    task(cast, "C", due_on=WEDNESDAY - timedelta(days=30))
    task(cast, "Later", estimate_minutes=999, due_on=WEDNESDAY + timedelta(days=14))
    SpecialDay.objects.create(organization=cast.organization, on=WEDNESDAY, is_working=False)
    (load,) = work(cast).loads
    assert (load.name, load.minutes, load.number, load.unestimated) == ("Ben", 960, 3, 1)
    assert load.capacity_minutes == 9 * MINUTES_A_DAY
    assert load.tone == "good"


def test_a_team_sees_its_own_rows_and_the_load_of_its_people(cast: Cast) -> None:
    below = Team.objects.create(organization=cast.organization, name_en="Night shift", parent=cast.support)
    ours = task(cast, "Ours", team_id=below.pk, due_on=WEDNESDAY - timedelta(days=1))
    task(
        cast, "Theirs", team_id=cast.field.pk, assignee_id=cast.cleo.pk, due_on=WEDNESDAY - timedelta(days=1)
    )
    shown = work(cast, team=str(cast.support.pk))
    assert shown.overdue == [ours]
    assert [load.name for load in shown.loads] == ["Ben"]
    assert work(cast).overdue_count == 2


def test_a_team_of_another_organization_is_not_found(cast: Cast) -> None:
    rival = Team.objects.create(organization=cast.other, name_en="Rivals")
    overdue_task(cast, "No longer the first steps")
    client = sign_in(cast.ana)
    assert client.get(f"/?team={rival.pk}").status_code == 404
    assert client.get("/?team=x").status_code == 404


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, "2026-04-15", "2026-05-12"),
        ({"from": "2026-05-01", "to": "2026-05-03"}, "2026-05-01", "2026-05-03"),
        ({"from": "2026-05-12", "to": "2026-06-30"}, "2026-05-12", "2026-05-12"),
        ({"from": "2020-01-01", "to": "2026-05-12"}, "2025-05-12", "2026-05-12"),
        ({"from": "2026-05-03", "to": "2026-05-01"}, "2026-04-15", "2026-05-12"),
        ({"from": "never", "to": "2026-05-01"}, "2026-04-15", "2026-05-12"),
    ],
)
def test_the_days_of_the_address_are_complete_ones_and_not_too_many(
    query: dict[str, str], first: str, last: str
) -> None:
    asked = wanted(query, WEDNESDAY)
    assert (str(asked.first_on), str(asked.last_on)) == (first, last)


def test_goals_are_counted_by_pace_and_those_to_review_soon_are_told(cast: Cast) -> None:
    add_rows(cast, 2)
    whole = reading(cast)
    assert sum(each.number for each in goals_block(whole).paces) == 2
    goals = [row.goal for row in whole.goals]
    goals[0].next_review_on = whole.scope.today + timedelta(days=7)
    goals[0].save()
    goals[1].next_review_on = whole.scope.today + timedelta(days=8)
    goals[1].save()
    due = reviews_block(reading(cast))
    assert [row.goal for row in due.goals] == [goals[0]]


def test_what_others_did_is_news_until_one_says_that_one_has_read_it(cast: Cast) -> None:
    create_task(by=cast.ana, title="My own", assignee_id=None, due_on=None)
    theirs = create_task(by=cast.ben, title="Of Ben", assignee_id=None, due_on=None)
    shown = changes(cast)
    assert [each.title for each in shown.newest] == ["Of Ben"]
    assert [(each.number, each.url) for each in shown.kinds] == [(1, "/tasks/?team=all")]
    assert shown.newest[0].url == f"/tasks/{theirs.pk}/"
    answer = sign_in(cast.ana).post("/changes/seen/", {"event": shown.last_event_id, "next": "/?team=all"})
    assert (answer.status_code, answer["Location"]) == (302, "/?team=all")
    assert changes(cast).newest == []
    create_task(by=cast.ben, title="Later", assignee_id=None, due_on=None)
    assert [each.title for each in changes(cast).newest] == ["Later"]


def test_the_mark_of_what_was_read_never_goes_back_nor_beyond_what_happened(cast: Cast) -> None:
    overdue_task(cast, "One")
    newest = Event.objects.latest("id").pk
    mark_seen(by=cast.ben, event_id=newest + 100)
    assert Visit.objects.get(membership=cast.ben).event_id == newest
    mark_seen(by=cast.ben, event_id=1)
    assert Visit.objects.get(membership=cast.ben).event_id == newest


def test_home_of_a_team_takes_the_same_few_queries_whatever_there_is(measured: Cast) -> None:
    client = sign_in(measured.ana)
    counts = []
    for more in (1, 3):
        add_rows(measured, more)
        blocked = overdue_task(measured, "Blocked")
        change_status(by=measured.ben, task_id=blocked.pk, status=Status.WAITING, version=blocked.version)
        with CaptureQueriesContext(connection) as queries:
            assert (
                client.get(f"/?team={measured.support.pk}&from=2026-01-01&to=2026-01-31").status_code == 200
            )
        counts.append(len(queries))
    assert counts[0] == counts[1] <= HOME_QUERIES


def test_an_open_page_is_told_only_of_changes(cast: Cast) -> None:
    overdue_task(cast, "One")
    client = sign_in(cast.ana)
    first = client.get("/pulse/")
    assert "data-part" in first.content.decode()
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/pulse/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(queries) <= PULSE_QUERIES, [query["sql"][:120] for query in queries]
    late_item(cast, "Not an event")
    overdue_task(cast, "Two")
    assert client.get("/pulse/", headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert pulse_of(cast.ana, "") != pulse_of(cast.ana, "team=1") != pulse_of(cast.ben, "team=1")
