"""The wall follows from the models: every table is somebody's, and building it twice changes nothing."""

import pytest
from django.db import connection

from common.wall import building, tables

pytestmark = pytest.mark.django_db


def test_every_table_is_an_organizations_or_shared_for_a_reason() -> None:
    unplaced = [model._meta.label for model in tables.unplaced_models()]
    assert unplaced == [], (
        "Make these models subclasses of common.models.Owned, or of Part where they belong to a row that is; "
        "what truly is no organization's goes into common.wall.tables.SHARED with the reason."
    )


def test_building_it_again_does_nothing() -> None:
    assert building.build() is False


def test_it_comes_back_where_a_table_lost_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY opsteam_web ON tasks_task")
        assert building.build() is True
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = 'tasks_task'")
        assert cursor.fetchone() == (2,)
