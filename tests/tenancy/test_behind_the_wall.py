"""What the roles of web and workers see and may do, tried on every table that the wall divides."""

from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction

from common.tenancy import across_organizations, acting_for
from common.wall import roles, tables
from common.wall.policies import WEB, WORKER
from kpis import services as kpis
from kpis.models import Measurement
from opsteam.checks import wall_problems
from people.models import Membership, Team
from tasks.models import Task
from tests.tenancy.conftest import Both, acting_as
from tests.tenancy.rows import DAY

# The partition of facts without a month is read by workers only.
TABLES = [table.name for table in tables.guarded_tables() if table.name != roles.REST]


def counted() -> Counter[str]:
    """How many rows of each divided table can be seen."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in TABLES))
        return Counter(dict(cursor.fetchall()))


def test_every_divided_table_has_rows_of_both(both: Both) -> None:
    """Otherwise the next tests would prove nothing."""
    assert {name: count for name, count in counted().items() if count < 2} == {}


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_each_organization_sees_its_own_rows_and_no_others(both: Both, role: str) -> None:
    every = counted()
    with acting_as(role, both.first_id):
        first = counted()
    with acting_as(role, both.second_id):
        second = counted()
    assert all(first.values())
    assert all(second.values())
    assert first + second == every


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_outside_any_organization_no_row_is_seen(both: Both, role: str) -> None:
    with acting_as(role):
        assert +counted() == Counter()


def test_across_organizations_a_worker_sees_all_and_the_web_none(both: Both) -> None:
    every = counted()
    with acting_as(WORKER), across_organizations():
        assert counted() == every
    with acting_as(WEB), across_organizations():
        assert +counted() == Counter()


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_outside_any_organization_nothing_can_be_written(both: Both, role: str) -> None:
    task = both.one[Task]
    with acting_as(role):
        assert Task.objects.filter(pk=task.pk).update(title="changed") == 0
        assert Task.objects.filter(pk=task.pk).delete()[0] == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Task.objects.create(organization_id=both.first_id, title="new")


@pytest.mark.parametrize("role", [WEB, WORKER])
def test_rows_of_another_organization_can_neither_be_changed_nor_made(both: Both, role: str) -> None:
    with acting_as(role, both.first_id):
        assert Task.objects.filter(organization_id=both.second_id).update(title="changed") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Task.objects.create(organization_id=both.second_id, title="new")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Task.objects.filter(pk=both.one[Task].pk).update(organization_id=both.second_id)


def test_a_part_of_another_organizations_row_cannot_be_made(both: Both) -> None:
    from tasks.models import Transition

    with acting_as(WEB, both.first_id):
        with pytest.raises(DatabaseError), transaction.atomic():
            Transition.objects.create(task_id=both.two[Task].pk, at="2026-01-01T00:00Z", status="todo")
        made = Transition.objects.create(task_id=both.one[Task].pk, at="2026-01-01T00:00Z", status="todo")
        assert made.organization_id == both.first_id


def test_facts_and_their_log_are_written_in_ones_own_metrics_only(both: Both) -> None:
    of_first, of_second = both.one[Measurement], both.two[Measurement]
    new = {"source_key": "new", "occurred_at": of_first.occurred_at, "value": 1}
    with acting_as(WEB, both.first_id):
        Measurement.objects.create(metric_id=of_first.metric_id, **new)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kpis_sourcekey WHERE source_key = 'new'")
            assert cursor.fetchone() == (1,)
            cursor.execute("SELECT count(*) FROM kpis_dirtyrange WHERE metric_id = %s", [of_first.metric_id])
            assert cursor.fetchone()[0] > 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Measurement.objects.create(metric_id=of_second.metric_id, **new)


def test_a_worker_makes_months_without_owning_anything(both: Both) -> None:
    with acting_as(WORKER), across_organizations():
        assert kpis.make_months(DAY, DAY) == 2
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT FROM kpis_measurement_202103")
        assert Measurement.objects.count() == 2


@pytest.mark.parametrize("role", [WEB, WORKER])
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE tasks_task DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine ()",
        "DROP POLICY opsteam_web ON tasks_task",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "TRUNCATE tasks_task",
        "CREATE OR REPLACE FUNCTION people_is_founded() RETURNS boolean LANGUAGE sql AS 'SELECT false'",
    ],
)
def test_the_roles_own_nothing(both: Both, role: str, statement: str) -> None:
    with (
        acting_as(role, both.first_id),
        pytest.raises(DatabaseError, match=r"must be owner|permission denied|no privileges"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_these_are_the_only_ways_past_the_wall(db: None) -> None:
    """Each answers one small question before the organization is known, makes a table or looks through one, or searches
    by an index that row-level security would not use. Look hard at a new one.
    """
    assert roles.functions_of_the_owner() == [
        "feedback_found(text,integer)",
        "kpis_make_month(date)",
        "kpis_refresh_statistics()",
        "opsteam_gauges()",
        "people_invitations_to(text)",
        "people_is_founded()",
        "people_organization_by_slug(text)",
        "people_organization_of_invitation(bigint)",
        "people_organization_of_token(bigint)",
        "people_places_of(bigint)",
        "tasks_found(text,integer)",
    ]


def test_nobody_else_may_take_them(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc AS p,"
            " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a"
            " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND a.grantee = 0"
            " AND p.prorettype <> 'trigger'::regtype"
        )
        assert cursor.fetchall() == []


def test_production_refuses_a_role_that_passes_the_wall(both: Both) -> None:
    assert [problem.id for problem in wall_problems("default")] == ["opsteam.E005"]
    for role in (WEB, WORKER):
        with acting_as(role):
            assert wall_problems("default") == []


def test_without_its_policy_a_table_would_show_everything(both: Both) -> None:
    """The tests above can fail."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE people_team DISABLE ROW LEVEL SECURITY")
        with acting_as(WEB, both.first_id):
            assert Team.objects.count() == 2
            assert Membership.objects.count() == 1
        transaction.set_rollback(True)
    with acting_for(both.first_id):
        assert Team.objects.count() == 2, "the owner sees all"
