"""Rows that are read by SQL made once are the same rows as those of the list, for everybody."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from common.row_by_id import RowById
from feedback import selectors as feedback_selectors
from feedback import services as feedback
from people.services import use_token
from people.services.live_tokens import live_token
from tasks import selectors as task_selectors
from tasks import services as tasks
from tasks.models import Task
from tests.conftest import Cast, bearer


def everything(row: Any, *links: str) -> list[dict[str, Any]]:
    """The values of the row and of what it links to; a link that is not loaded would cost a query."""
    found = [row]
    for link in links:
        linked = row
        for step in link.split("__"):
            linked = getattr(linked, step) if linked is not None else None
        found.append(linked)
    return [{} if each is None else {k: v for k, v in vars(each).items() if k != "_state"} for each in found]


@pytest.mark.parametrize("has_links", [True, False])
def test_a_task_and_feedback_are_read_with_all_their_links_in_one_query(cast: Cast, has_links: bool) -> None:
    links = {"assignee_id": cast.ben.pk, "team_id": cast.support.pk} if has_links else {}
    task = tasks.create_task(by=cast.ana, title="Task", **links)
    item = feedback.create_item(by=cast.ana, subject="Item", customer_name="Li" if has_links else "", **links)
    for get, rows, row_id, shown in (
        (
            task_selectors.get_task,
            task_selectors.task_list,
            task.pk,
            ("assignee__user", "team", "project", "goal"),
        ),
        (
            feedback_selectors.get_item,
            feedback_selectors.item_list,
            item.pk,
            ("assignee__user", "team", "customer"),
        ),
    ):
        expected = rows(cast.ana).get(pk=row_id)
        get(cast.ana, row_id)
        with CaptureQueriesContext(connection) as queries:
            found = get(cast.ana, row_id)
            assert everything(found, *shown) == everything(expected, *shown)
        assert len(queries) == 1
        assert not found._state.adding


def test_what_is_not_narrowed_to_an_organization_or_counts_something_cannot_be_made_ready(cast: Cast) -> None:
    for rows in (
        lambda actor: Task.objects.all(),
        lambda actor: Task.objects.visible_to(actor).filter(title="x"),
        lambda actor: Task.objects.visible_to(actor).annotate(moves=Count("transitions")),
    ):
        with pytest.raises(TypeError):
            RowById(rows).find(cast.organization.pk, 1)


def test_a_token_is_read_by_a_plan_that_is_made_once_and_sees_every_change(cast: Cast) -> None:
    secret = bearer(cast.ben)["Authorization"].removeprefix("Bearer ")
    token = use_token(secret)
    assert token is not None
    with CaptureQueriesContext(connection) as queries:
        for _time in range(8):
            assert live_token(token.pk) == token
    assert len(queries) == 8
    assert all(query["sql"].endswith(f"EXECUTE people_live_token ({token.pk})") for query in queries)
    cast.ben.is_active = False
    cast.ben.save()
    assert use_token(secret) is None
