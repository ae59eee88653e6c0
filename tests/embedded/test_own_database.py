"""`make run DATABASE_URL=…`: what protects organizations from each other in a person's own database."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from opsteam.embedded import own_servers, roles
from opsteam.embedded.errors import EmbeddedError
from tests.conftest import Cast, create_cast
from tests.embedded.installation import Installation
from tests.harness.house import url_of_test_database
from tests.services import MADE, TEMPLATE

MEMBERS = "SELECT count(*) FROM people_membership"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Committed, for other connections to see."""
    return create_cast()


@pytest.fixture
def sign_in_of_the_roles(transactional_db: None) -> Iterator[dict[str, str]]:
    """The roles may sign in with these passwords, until the test is over."""
    passwords = {role: f"word of {role} /@?" for role in roles.VARIABLES}
    with connection.cursor() as cursor:
        for role, password in passwords.items():
            cursor.execute(f"ALTER ROLE {role} LOGIN PASSWORD %s", [password])
        yield passwords
        for role in passwords:
            cursor.execute(f"ALTER ROLE {role} NOLOGIN PASSWORD NULL")


@pytest.fixture
def user_who_may_not(transactional_db: None) -> Iterator[str]:
    """The URL of a user who may sign in and do nothing else."""
    at = urlsplit(url_of_test_database())
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE visitor LOGIN PASSWORD 'hidden-word'")
        yield at._replace(netloc=f"visitor:hidden-word@{at.netloc.rpartition('@')[2]}").geturl()
        cursor.execute("DROP ROLE visitor")


def ask(url: str, *statements: str) -> object:
    """The value that the last statement gives."""
    asked = psycopg2.connect(url)
    try:
        with asked.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchone()[0]
    finally:
        asked.close()


@pytest.mark.parametrize("role", [roles.WEB, roles.WORKER])
def test_the_owner_takes_the_roles_which_see_one_organization_at_a_time(cast: Cast, role: str) -> None:
    access = roles.of_own(url_of_test_database(), passwords={})
    assert ask(url_of_test_database(), MEMBERS) == 6
    assert ask(access.urls[role], MEMBERS) == 0
    mine = f"SET opsteam.organization = '{cast.organization.pk}'"
    assert ask(access.urls[role], mine, MEMBERS) == 5
    assert ask(access.urls[role], mine, "SELECT current_user::text") == role
    assert "see one organization at a time" in access.words[0]
    assert "sign in as the owner" in access.words[1]


def test_with_their_passwords_the_roles_sign_in_themselves(
    cast: Cast, sign_in_of_the_roles: dict[str, str]
) -> None:
    access = roles.of_own(url_of_test_database(), sign_in_of_the_roles)
    for role in roles.VARIABLES:
        assert ask(access.urls[role], "SELECT session_user::text") == role
        assert ask(access.urls[role], MEMBERS) == 0
    assert not any("owner" in words for words in access.words)


def test_a_password_that_is_refused_refuses_the_start_and_is_not_repeated(
    sign_in_of_the_roles: dict[str, str],
) -> None:
    wrong = sign_in_of_the_roles | {roles.WORKER: "hidden-word"}
    with pytest.raises(EmbeddedError, match="OPSTEAM_WEB_PASSWORD and OPSTEAM_WORKER_PASSWORD") as refused:
        roles.of_own(url_of_test_database(), wrong)
    assert "hidden-word" not in str(refused.value)


def test_who_may_not_take_the_roles_is_told_that_nothing_protects(user_who_may_not: str) -> None:
    access = roles.of_own(user_who_may_not, passwords={})
    assert set(access.urls.values()) == {user_who_may_not}
    assert access.words[0].startswith("NONE in the database")
    assert "permission denied to set role" in " ".join(access.words)
    assert "hidden-word" not in " ".join(access.words)


def test_options_that_the_url_has_stay(transactional_db: None) -> None:
    url = f"{url_of_test_database()}?options=-c%20statement_timeout%3D1234&connect_timeout=5"
    own_servers.lets_take(url, tuple(roles.VARIABLES))
    acting = roles.acting_as(url, roles.WEB)
    assert ask(acting, "SHOW statement_timeout") == "1234ms"
    assert ask(acting, "SELECT current_user::text") == roles.WEB
    assert "connect_timeout=5" in acting


def test_one_password_without_the_other_is_refused() -> None:
    assert roles.given({}) == {}
    with pytest.raises(EmbeddedError, match="Give both"):
        roles.given({"OPSTEAM_WEB_PASSWORD": "a"})


def test_make_run_says_so_and_gives_web_and_workers_the_roles(transactional_db: None, tmp_path: Path) -> None:
    server = urlsplit(url_of_test_database())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE own {f'TEMPLATE {TEMPLATE}' if MADE in os.environ else ''}")
    installation = Installation.copied_to(tmp_path / "clone")
    run = installation.start(DATABASE_URL=server._replace(path="/own").geturl())
    try:
        assert run.url
        assert "web and workers act as opsteam_web and opsteam_worker" in run.output
        for words, role in ((("opsteam.serve",), roles.WEB), (("celery", "worker"), roles.WORKER)):
            url = installation.environment(*words)["DATABASE_URL"]
            assert ask(url, "SELECT current_user::text") == role
    finally:
        run.end()
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS own WITH (FORCE)")
