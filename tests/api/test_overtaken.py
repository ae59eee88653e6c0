"""Two transactions at the same moment: one deletes what the other names. The later one is told, and stores nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import connection

from tasks.models import Project, Task
from tests.api.conftest import ApiClient
from tests.conftest import Cast, create_cast, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(begins: str, statement: str, *values: Any) -> Iterator[None]:
    """Right after a statement of ours that begins so, another connection commits a statement of its own."""
    wanted = connection.get_connection_params() | {"connection_factory": None, "cursor_factory": None}
    other = psycopg2.connect(**wanted, options="-c lock_timeout=2s")
    other.autocommit = True
    done: list[str] = []

    def watching(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        result = execute(sql, parameters, many, context)
        if sql.startswith(begins) and not done:
            done.append(sql)
            other.cursor().execute(statement, values)
        return result

    try:
        with connection.execute_wrapper(watching):
            yield
    finally:
        other.close()
    assert done


def new_project(cast: Cast) -> Project:
    return Project.objects.create(organization=cast.organization, key="NEW", name_en="New")


def test_what_is_named_goes_while_it_is_named() -> None:
    cast = create_cast()
    project = new_project(cast)
    gone = ('INSERT INTO "tasks_task"', "DELETE FROM tasks_project WHERE id = %s", project.pk)
    with meanwhile(*gone):
        body = {"title": "Count the stock", "project_id": project.pk}
        refused = ApiClient(cast.ana).send("POST", "/api/v1/tasks/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "overtaken")
    assert refused["Content-Type"] == "application/problem+json"
    assert not Task.objects.exists()

    project = new_project(cast)
    with meanwhile(*gone[:2], project.pk):
        page = sign_in(cast.ana).post("/tasks/new/", {"title": "Count", "priority": 3, "project": project.pk})
    assert page.status_code == 400
    assert "at the same moment" in page.content.decode()
    assert 'value="Count"' in page.content.decode()
    assert not Task.objects.exists()
