"""Tasks as a board and as a calendar, with the filters of the list."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks import services
from tasks.models import Task
from tasks.selectors import board, local_day, month_of
from tests.conftest import Cast, sign_in


def task(cast: Cast, title: str, **fields: object) -> Task:
    return services.create_task(by=cast.ana, title=title, **fields)  # type: ignore[arg-type]


def page(cast: Cast, query: str) -> str:
    return sign_in(cast.ben).get(reverse("tasks:list") + query).content.decode()


def test_a_column_holds_its_status_by_due_day_and_what_is_done_last_first(cast: Cast) -> None:
    for title, days in (("later", 9), ("soon", 1)):
        task(cast, title, due_on=local_day(cast.ana) + timedelta(days=days))
    task(cast, "some day")
    for title in ("first", "last"):
        services.change_status(by=cast.ana, task_id=task(cast, title).pk, status="done")
    todo, done = board(Task.objects.visible_to(cast.ana), ["todo", "done"])
    assert [each.title for each in todo.tasks] == ["soon", "later", "some day"]
    assert [each.title for each in done.tasks] == ["last", "first"]


def test_a_board_keeps_the_filters_and_is_bounded(cast: Cast) -> None:
    for number in range(26):
        task(cast, f"mine {number}", assignee_id=cast.ben.pk)
    task(cast, "of cleo", assignee_id=cast.cleo.pk)
    shown = page(cast, "?view=board&assignee=me")
    assert shown.count('class="board-card"') == 25
    assert "of cleo" not in shown
    assert "?assignee=me&amp;status=todo" in shown
    assert 'name="view" value="board"' in shown
    only = page(cast, "?view=board&status=waiting")
    assert "column-waiting" in only
    assert "column-todo" not in only


def test_a_month_is_whole_weeks_and_a_day_is_bounded(cast: Cast) -> None:
    for number in range(6):
        task(cast, f"task {number}", due_on=date(2026, 3, 4))
    task(cast, "before", due_on=date(2026, 2, 23))
    month = month_of(Task.objects.visible_to(cast.ana), date(2026, 3, 1), 1)
    days = [day for week in month.weeks for day in week]
    assert (days[0].on, days[-1].on) == (date(2026, 2, 23), date(2026, 4, 5))
    assert (month.before, month.after) == (date(2026, 2, 1), date(2026, 4, 1))
    fourth = next(day for day in days if day.on == date(2026, 3, 4))
    assert (len(fourth.tasks), fourth.more) == (4, 2)
    shown = page(cast, "?view=calendar&month=2026-03&q=task")
    assert "2 more" in shown
    assert "before" not in [line.strip() for line in shown.splitlines()]
    assert "month=2026-04" in shown


@pytest.mark.parametrize("month", ["", "2026-13", "x", "9999-99"])
def test_a_month_that_is_none_is_this_one(cast: Cast, month: str) -> None:
    assert f"{local_day(cast.ben):%Y}" in page(cast, f"?view=calendar&month={month}")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("view", "queries"), [("board", 10), ("calendar", 7)])
def test_both_cost_a_fixed_number_of_queries(cast: Cast, view: str, queries: int, count: int) -> None:
    for number in range(count):
        task(cast, f"{number}", assignee_id=cast.ben.pk, due_on=local_day(cast.ana))
    client = sign_in(cast.ben)
    with CaptureQueriesContext(connection) as made:
        client.get(reverse("tasks:list"), {"view": view})
    assert len(made) == queries
