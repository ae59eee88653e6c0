"""No foreign key leads from one organization into another: tried for each there is, as the owner of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from activity.models import Event
from common.wall import tables
from common.wall.links import name_of
from kpis.models import Measurement, Metric
from people.models import Membership, Organization, Team
from tests.tenancy.conftest import Both
from tests.tenancy.rows import MOMENT

LINKS = [link for link in tables.links() if link.table != Event._meta.db_table]
# What has to change as well, or another check would refuse first.
ALSO = {
    ("goals_keyresult", "kpi_id"): "source = 'kpi'",
    ("home_tile", "team_id"): "membership_id = NULL",
    ("kpis_kpidefinition", "denominator_id"): "aggregate = 'ratio'",
    ("notifications_delivery", "chat_channel_id"): "recipient_id = NULL",
    ("notifications_delivery", "recipient_id"): "chat_channel_id = NULL",
}


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def model_of(table: str) -> type[Model]:
    """The model that is stored in the table."""
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def lead_across(table: str, column: str, both: Both) -> None:
    """The first organization's row of the table names the second one's row, and the database looks at it."""
    model = model_of(table)
    field: Any = next(field for field in model._meta.concrete_fields if field.column == column)
    target = both.two[field.related_model]
    if field.unique or any(
        field.name in each.fields for each in model._meta.constraints if hasattr(each, "fields")
    ):
        # Otherwise "there is one already" would be the refusal.
        model._default_manager.filter(**{field.name: target}).delete()
    with connection.cursor() as cursor:
        key = str(model._meta.pk.column)
        also = [ALSO[table, column]] if (table, column) in ALSO else []
        changes = ", ".join([f"{column} = %s", *also])
        cursor.execute(f"UPDATE {table} SET {changes} WHERE {key} = %s", [target.pk, both.one[model].pk])
        assert cursor.rowcount == 1
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_there_are_links_to_try() -> None:
    assert len(LINKS) > 40


def test_no_row_can_name_a_row_of_another_organization(both: Both) -> None:
    wrong = {}
    for link in LINKS:
        try:
            with taken_back():
                lead_across(link.table, link.column, both)
            wrong[f"{link.table}.{link.column}"] = "was not refused"
        except IntegrityError as refusal:
            name = getattr(refusal.__cause__, "diag").constraint_name  # noqa: B009 - psycopg2 has no types
            if not name.startswith("wall_"):
                wrong[f"{link.table}.{link.column}"] = str(refusal)
    assert wrong == {}


def test_without_its_constraint_a_link_would_lead_across(both: Both) -> None:
    with taken_back():
        with connection.cursor() as cursor:
            name = name_of("tasks_task", "assignee_id")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE tasks_task DROP CONSTRAINT {name}")
        lead_across("tasks_task", "assignee_id", both)


def test_no_event_can_name_an_actor_of_another_organization(both: Both) -> None:
    """Events cannot be changed, so this link is tried with a new one."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="wall_activity_event_actor_id"), transaction.atomic():
        Event.objects.create(
            organization_id=both.one[Organization].pk,
            actor=both.two[Membership],
            verb="task.created",
            subject_type="tasks.task",
            subject_id=1,
        )


@pytest.mark.parametrize("column", ["team_id", "member_id"])
def test_no_fact_can_name_a_row_of_another_organization(both: Both, column: str) -> None:
    """Facts have no organization of their own; one look at each statement refuses them."""
    target = both.two[Team if column == "team_id" else Membership]
    with pytest.raises(IntegrityError, match="names a row of another organization"), taken_back():
        Measurement.objects.filter(metric=both.one[Metric]).update(**{column: target.pk})
    with pytest.raises(IntegrityError, match="names a row of another organization"), taken_back():
        Measurement.objects.create(
            metric=both.one[Metric], source_key="new", occurred_at=MOMENT, value=1, **{column: target.pk}
        )
