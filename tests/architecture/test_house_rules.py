"""Rules that a reviewer would otherwise have to remember."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import (
    APPS,
    ROOT,
    Function,
    files,
    functions,
    imported,
    modules_of,
    name,
    tree,
)

# smtplib's exceptions are fine in a service that a job calls; its connections are not.
NETWORK = {
    "requests",
    "httpx",
    "urllib.request",
    "urllib3",
    "http.client",
    "socket",
    "aiohttp",
    "smtplib.SMTP",
}
DOCUMENTED = ("services", "selectors", "permissions", "jobs")
APP_SOURCES = [path for path in files(*APPS) if "migrations" not in path.parts]


def test_background_work_starts_only_through_the_queue() -> None:
    starts = re.compile(r"\.(delay|apply_async|send_task)\(")
    found = [name(path) for path in APP_SOURCES if starts.search(path.read_text("utf-8"))]
    assert found == ["common/queue.py"]


def test_tasks_modules_hold_no_celery_code() -> None:
    found = [name(path) for path in APP_SOURCES if path.stem == "tasks" and "celery" in imported(path)]
    assert found == []
    outside_jobs = [
        name(path)
        for path in APP_SOURCES
        if "celery.shared_task" in imported(path) and "jobs" not in {path.stem, path.parent.name}
    ]
    assert outside_jobs == []


@pytest.mark.parametrize("kind", ["views", "api", "services", "selectors"])
def test_no_request_can_reach_the_network(kind: str) -> None:
    assert [name(path) for path in modules_of(kind) if imported(path) & NETWORK] == []


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_public_rules_say_what_they_promise(kind: str) -> None:
    assert modules_of(kind)
    silent = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in modules_of(kind)
        for node in tree(path).body
        if isinstance(node, Function | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_doors_write_nothing_with_the_orm() -> None:
    writes = re.compile(
        r"\.(save|delete|bulk_create|bulk_update|update_or_create|get_or_create)\(|objects\.create\("
    )
    doors = [*modules_of("views"), *modules_of("api")]
    assert [name(path) for path in doors if writes.search(path.read_text("utf-8"))] == []


def test_every_job_has_a_test_that_runs_it_twice() -> None:
    tests = [
        function.name for path in files("tests") for function in functions(path) if "twice" in function.name
    ]
    bodies = "\n".join(
        ast.unparse(function)
        for path in files("tests")
        for function in functions(path)
        if "twice" in function.name
    )
    jobs = [
        function.name
        for path in modules_of("jobs")
        for function in functions(path)
        if any("shared_task" in ast.unparse(decorator) for decorator in function.decorator_list)
    ]
    assert tests
    assert jobs
    assert [job for job in jobs if not re.search(rf"\b{job}\b", bodies)] == []


def test_every_migration_has_a_name_that_a_person_chose() -> None:
    generated = re.compile(r"_auto_\d|_and_more|^(?!0001)\d{4}_initial")
    migrations = [path for app in APPS for path in files(app) if path.parent.name == "migrations"]
    assert migrations
    assert [name(path) for path in migrations if generated.search(path.stem)] == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        name(path)
        for path in APP_SOURCES
        if re.search(r"os\.(environ\[|getenv|environ\.get)", path.read_text("utf-8"))
    }
    assert {path for path in readers if not path.startswith("opsteam/")} == set()


def test_the_changelog_tells_what_is_new() -> None:
    changelog = Path(ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## ", changelog, re.MULTILINE)
