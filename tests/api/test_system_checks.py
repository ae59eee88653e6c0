"""What `manage.py check` refuses."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.test import override_settings

from opsteam.checks import durability_problems

SAFE = {
    "MODE": "production",
    "SECRET_KEY": "Zk2w-83hfUwq_91mcnQpx7rT4sVbL0aYdEoGiJ",
    "ALLOWED_HOSTS": ["ops.example.org"],
    "SITE_URL": "https://ops.example.org",
    "HTTPS": True,
}


def found(**changes: Any) -> list[str | None]:
    """The ids of what the house's own checks say."""
    with override_settings(**{**SAFE, **changes}):
        return [problem.id for problem in run_checks() if str(problem.id).startswith(("opsteam.", "people."))]


def test_every_door_of_the_house_is_declared() -> None:
    assert found() == []


@override_settings(ROOT_URLCONF="tests.api.stage")
def test_a_view_that_says_nothing_is_an_error() -> None:
    problems = [problem for problem in run_checks() if problem.id == "people.E001"]
    assert [problem.obj for problem in problems] == ["/api/v1/undeclared/", "/api/v1/broken/"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"SECRET_KEY": "short"}, "opsteam.E001"),
        ({"SECRET_KEY": "x" * 60}, "opsteam.E001"),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, "opsteam.E001"),
        ({"ENCRYPTION_KEYS": (SAFE["SECRET_KEY"], "short")}, "opsteam.E005"),
        ({"ALLOWED_HOSTS": ["*"]}, "opsteam.E002"),
        ({"DEBUG": True}, "opsteam.E003"),
        ({"SITE_URL": "http://ops.example.org", "HTTPS": False}, "opsteam.W001"),
        ({"SITE_URL": "http://10.1.2.3", "HTTPS": False}, "opsteam.W001"),
    ],
)
def test_an_unsafe_production_setting_is_named(changes: dict[str, Any], problem: str) -> None:
    assert found(**changes) == [problem]


@pytest.mark.parametrize("site", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"])
def test_http_on_this_machine_alone_is_no_problem(site: str) -> None:
    assert found(SITE_URL=site, HTTPS=False) == []


def test_a_database_that_may_lose_commits_is_an_error_in_production_only(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        expected = ["opsteam.E004"] if cursor.fetchone() == ("off",) else []
    assert sorted({problem.id for problem in durability_problems("default")}) == expected
    with override_settings(**SAFE):
        in_production = {problem.id for problem in run_checks(databases=["default"])}
    assert ("opsteam.E004" in in_production) == bool(expected)
    assert "opsteam.E004" not in {problem.id for problem in run_checks(databases=["default"])}
