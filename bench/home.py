"""Home beside a page that shows nothing, over many facts and tasks."""

from collections.abc import Iterator

from django.db import connection
from django.test import Client

from bench.facts import Company, run
from bench.report import Row, limit, seconds

TASKS = 100_000
ROUNDS = 9
# A tenth is open, a tenth of which waits; due within a year around today.
MANY_TASKS = """
INSERT INTO tasks_task (organization_id, version, created_at, updated_at, assignee_id, title, description, status,
    priority, due_on, estimate_minutes, opened_at, closed_at, source, external_id)
SELECT %(organization)s, 1, now(), now(), %(member)s, 'Task ' || n, '',
    CASE WHEN n %% 10 > 0 THEN 'done' WHEN n %% 100 = 0 THEN 'waiting' ELSE 'todo' END, 3,
    current_date - 180 + n %% 360, 30, now() - interval '200 days', CASE WHEN n %% 10 > 0 THEN now() END, '', ''
FROM generate_series(1, %(tasks)s) AS n
"""


def home_page(company: Company) -> Iterator[Row]:
    """Home as a manager finds it: with new numbers to read, and again; beside the page of their profile."""
    parameters = {"organization": company.organization.pk, "member": company.manager.pk, "tasks": TASKS}
    run(MANY_TASKS, parameters)
    run("VACUUM ANALYZE tasks_task")
    client = Client()
    client.force_login(company.manager.user)
    empty = seconds(lambda: _get(client, "/settings/profile/"), ROUNDS)
    first = seconds(lambda: _get(client, "/"))
    again = seconds(lambda: _get(client, "/"), ROUNDS)
    yield limit("a signed-in page that shows nothing", empty * 1000, "ms")
    yield limit("Home beside it, the first time after a number changed", first / empty, "×")
    yield limit(f"Home beside it, over {TASKS:,} tasks", again / empty, "×", at_most=5)


def _get(client: Client, address: str) -> None:
    connection.close_if_unusable_or_obsolete()
    answer = client.get(address, HTTP_HOST="localhost")
    assert answer.status_code == 200, answer.status_code
