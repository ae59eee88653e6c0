"""The manager's home: one screen that says what needs a decision."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.choices import Kind
from feedback.models import FeedbackItem, Theme
from feedback.selectors import ThemeTrend
from goals.services import create_goal
from home.standouts import standouts
from kpis.choices import Status
from kpis.models import Kpi
from kpis.selectors import KpiCard, cards
from kpis.services import install_library
from tasks.models import Task
from tasks.services import create_task
from tests.conftest import Cast, sign_in

pytestmark = pytest.mark.django_db

HOME_QUERIES = 15


def overdue_task(cast: Cast, title: str) -> Task:
    yesterday = timezone.localdate(timezone=cast.organization.zone) - timedelta(days=1)
    return create_task(by=cast.ana, title=title, due_on=yesterday, assignee_id=cast.ben.pk)


def late_item(cast: Cast, subject: str, theme: Theme | None = None) -> FeedbackItem:
    return FeedbackItem.objects.create(
        organization=cast.organization,
        kind=Kind.COMPLAINT,
        subject=subject,
        theme=theme,
        assignee=cast.ben,
        team=cast.support,
        opened_at=timezone.now() - timedelta(hours=9),
        reply_due_at=timezone.now() - timedelta(hours=1),
    )


def add_rows(cast: Cast, number: int) -> None:
    today = timezone.localdate(timezone=cast.organization.zone)
    for index in range(number):
        overdue_task(cast, f"Task {index}")
        key = f"theme-{Theme.objects.count()}"
        late_item(
            cast, f"Item {index}", Theme.objects.create(organization=cast.organization, key=key, name_en=key)
        )
        create_goal(
            by=cast.ana,
            name_en=f"Goal {index}",
            starts_on=today - timedelta(days=60),
            ends_on=today + timedelta(days=5),
        )


def test_home_shows_what_is_overdue_and_which_replies_are_late(measured: Cast) -> None:
    task = overdue_task(measured, "Repair the label printer")
    item = late_item(measured, "Parcel is late")
    page = sign_in(measured.ana).get("/").content.decode()
    assert f'href="/tasks/{task.pk}/"' in page
    assert f'href="/feedback/{item.pk}/"' in page
    assert page.count('class="card kpi-card"') == 12
    assert f"All {Kpi.objects.filter(organization=measured.organization).count()} KPIs" in page


def test_a_task_on_home_changes_its_status_in_place(measured: Cast) -> None:
    task = overdue_task(measured, "Repair the label printer")
    client = sign_in(measured.ana)
    assert f'hx-post="/tasks/{task.pk}/status/"' in client.get("/").content.decode()
    row = client.post(
        f"/tasks/{task.pk}/status/",
        {"status": "done", "version": task.version, "next": "/"},
        headers={"HX-Request": "true"},
    )
    assert f'id="task-{task.pk}"' in row.content.decode()
    task.refresh_from_db()
    assert task.status == "done"


def test_a_viewer_sees_the_rows_without_a_way_to_change_them(measured: Cast) -> None:
    overdue_task(measured, "Repair the label printer")
    page = sign_in(measured.vera).get("/").content.decode()
    assert "Repair the label printer" in page
    assert "hx-post" not in page


def test_home_shows_nothing_of_another_organization(measured: Cast) -> None:
    overdue_task(measured, "Repair the label printer")
    late_item(measured, "Parcel is late")
    page = sign_in(measured.dan).get("/").content.decode()
    assert "label printer" not in page
    assert "Parcel" not in page


def test_home_takes_the_same_few_queries_for_one_row_and_for_many(measured: Cast) -> None:
    client = sign_in(measured.ana)
    counts = []
    for more in (1, 4):
        add_rows(measured, more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= HOME_QUERIES, [query["sql"][:120] for query in queries]


def test_an_untouched_organization_sees_its_first_steps(cast: Cast) -> None:
    install_library(cast.organization.pk)
    page = sign_in(cast.adam).get("/").content.decode()
    assert "/api/v1/metrics/orders.completed/measurements" in page
    for href in ("/feedback/new/", "/tasks/new/", "/goals/new/", "/tokens/", "/kpis/"):
        assert f'href="{href}"' in page


def test_the_first_task_ends_the_first_steps(cast: Cast) -> None:
    overdue_task(cast, "The first one")
    assert "The first one" in sign_in(cast.adam).get("/").content.decode()


def test_empty_blocks_say_what_they_are_for(measured: Cast) -> None:
    page = sign_in(measured.ana).get("/").content.decode()
    for title in ("Nothing is overdue", "No goal is at risk", "No reply is about to be late"):
        assert title in page


def trend(*counts: int) -> ThemeTrend:
    return ThemeTrend(theme_id=7, key="delivery", name="Late delivery", counts=counts)


def sentences(cards_: list[KpiCard], *themes: ThemeTrend) -> list[str]:
    return [standout.sentence for standout in standouts(cards_, themes)]


def test_a_rising_theme_comes_before_kpis_off_their_target(measured: Cast) -> None:
    off = replace(cards(measured.ana)[0], status=Status.OFF_TARGET, value=Decimal(36_000))
    first, second = sentences([off], trend(*[1] * 48, 3, 3, 3, 3))
    assert first == "Complaints about “Late delivery” rose from 4 to 12"
    assert second == "First response time is off target: 10 h, the target is 4 h"


def test_a_theme_that_rose_and_came_back_is_told_with_its_peak(measured: Cast) -> None:
    (sentence,) = sentences([], trend(*[2] * 30, *[12] * 8, *[2] * 14))
    assert sentence.startswith("Complaints about “Late delivery” are back at 8, after a peak of 48 in ")


def test_a_rise_that_chance_alone_can_make_is_not_told(measured: Cast) -> None:
    assert sentences([], trend(*[4] * 48, 6, 7, 7, 7)) == []
    assert len(sentences([], trend(*[4] * 48, 8, 8, 8, 8))) == 1


def test_a_kpi_back_on_its_target_is_told_with_its_worst_week(measured: Cast) -> None:
    weeks: list[Decimal | None] = [Decimal(7200)] * 30 + [Decimal(18_000)] * 5 + [Decimal(7200)] * 17
    weeks[32] = Decimal(36_000)
    back = replace(cards(measured.ana)[0], status=Status.ON_TARGET, value=Decimal(7200), sparkline=weeks)
    (sentence,) = sentences([back])
    assert sentence.startswith("First response time is back on target at 2 h; its worst week was 10 h in ")
    assert sentences([replace(back, status=Status.NEAR)]) == []
    assert sentences([replace(back, sparkline=[*[Decimal(7200)] * 51, Decimal(36_000)])]) == []


@pytest.mark.parametrize(
    "counts",
    [[2] * 52, [*[2] * 30, *[12] * 8, *[8] * 14], [0] * 51 + [1], [3] * 8],
    ids=["steady", "still high", "hardly any", "short history"],
)
def test_a_theme_without_a_story_is_not_told(measured: Cast, counts: list[int]) -> None:
    assert sentences([], trend(*counts)) == []
