"""A BI role reads the views of its organization: read-only, no tables, nobody else's rows."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.errors import InvalidInput
from kpis import services
from kpis.models import BiReader
from people.models import Team
from tests.conftest import Cast

VIEWS = (
    "teams",
    "members",
    "metrics",
    "metric_days",
    "metric_hours",
    "measurements",
    "kpis",
    "kpi_definitions",
    "kpi_targets",
    "restatements",
    "signals",
    "calendar",
)
pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def ask(cast: Cast) -> Iterator[Ask]:
    """What the role `bi_test` of ana's organization gets for a statement."""
    password = services.add_bi_reader(cast.ana.organization, role_name="bi_test")
    at = connection.settings_dict
    database = psycopg2.connect(
        host=at["HOST"], port=at["PORT"], dbname=at["NAME"], user="bi_test", password=password
    )
    database.autocommit = True

    def answer(sql: str) -> list[tuple[Any, ...]]:
        with database.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    yield answer
    database.close()
    if BiReader.objects.filter(role_name="bi_test").exists():
        services.remove_bi_reader(role_name="bi_test")


def test_every_view_answers_and_none_shows_another_organization(cast: Cast, ask: Ask) -> None:
    for owner in (cast.ana, cast.dan):
        services.install_library(owner.organization_id)
    for view in VIEWS:
        ask(f"SELECT * FROM bi_v1.{view} LIMIT 5")
    names = {name for (name,) in ask("SELECT name FROM bi_v1.members")}
    assert cast.ana.user.name in names
    assert cast.dan.user.name not in names
    (shown,) = ask("SELECT count(*) FROM bi_v1.kpis")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kpis_kpi WHERE organization_id = %s", [cast.ana.organization_id])
        assert shown == cursor.fetchone()


def test_the_tables_are_closed_and_nothing_can_be_written(ask: Ask) -> None:
    for statement in (
        "SELECT * FROM kpis_kpi",
        "SELECT * FROM people_user",
        "INSERT INTO kpis_bireader (role_name, organization_id, created_at) VALUES ('x', 1, now())",
        "UPDATE bi_v1.metrics SET name_en = 'x'",
        "CREATE TABLE public.mine (id int)",
    ):
        with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction)):
            ask(statement)


def test_a_function_in_a_filter_is_not_shown_hidden_rows(cast: Cast, ask: Ask) -> None:
    """A view without a security barrier would call the reader's own function with another organization's names."""
    Team.objects.create(organization=cast.other, name_en="Secret team")
    ask("SET default_transaction_read_only = off")
    for plan in ("nestloop", "indexscan", "bitmapscan", "mergejoin"):
        ask(f"SET enable_{plan} = off")
    ask(
        "CREATE FUNCTION pg_temp.spy(text) RETURNS bool LANGUAGE plpgsql COST 0.0000001 AS"
        " $$ BEGIN IF $1 = 'Secret team' THEN RAISE EXCEPTION 'seen'; END IF; RETURN true; END $$"
    )
    names = ask("SELECT name_en FROM bi_v1.teams WHERE pg_temp.spy(name_en)")
    assert names


def test_the_calendar_has_the_organizations_weeks_and_fiscal_years(cast: Cast, ask: Ask) -> None:
    cast.ana.organization.week_start, cast.ana.organization.fiscal_month = 7, 4
    cast.ana.organization.save()
    (row,) = ask(
        "SELECT week_starts_on, month_starts_on, fiscal_quarter_starts_on, fiscal_year_starts_on"
        " FROM bi_v1.calendar WHERE day = '2026-03-31'"
    )
    assert row == (date(2026, 3, 29), date(2026, 3, 1), date(2026, 1, 1), date(2025, 4, 1))


def test_a_removed_reader_cannot_sign_in_and_its_session_sees_nothing(ask: Ask) -> None:
    ask("SET default_transaction_read_only = off")
    ask("CREATE TEMPORARY TABLE made AS SELECT name_en FROM bi_v1.teams")
    ask("CREATE FUNCTION pg_temp.made() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    services.remove_bi_reader(role_name="bi_test")
    with pytest.raises(psycopg2.Error):
        ask("SELECT * FROM bi_v1.members")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = 'bi_test'")
        assert cursor.fetchone() == (0,)


def test_bad_and_taken_names_are_refused(cast: Cast, ask: Ask) -> None:
    for name in ("bi_test", "x", "Upper", 'a"; DROP ROLE opsteam; --', "opsteam"):
        with pytest.raises(InvalidInput):
            services.add_bi_reader(cast.ana.organization, role_name=name)
    with pytest.raises(InvalidInput):
        services.remove_bi_reader(role_name="opsteam")
    assert list(BiReader.objects.values_list("role_name", flat=True)) == ["bi_test"]
    assert ask("SELECT 1") == [(1,)]


def test_the_command_prints_the_password_once(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bi_reader", "add", "bi_command", "--organization", cast.ana.organization.slug)
    assert "password" in capsys.readouterr().out
    call_command("bi_reader", "list")
    assert "bi_command" in capsys.readouterr().out
    call_command("bi_reader", "remove", "bi_command")
    with pytest.raises(CommandError):
        call_command("bi_reader", "remove", "bi_command")
