"""The roles in an empty house: what the web may do before there is an organization, and over its own connection."""

import psycopg2
import pytest
from django.db import connection

from common.wall import building, roles
from common.wall.policies import WEB, WORKER
from home.services import found_organization
from people.choices import Language
from people.models import Membership
from people.selectors import is_founded, places_of
from tests.architecture.world import may_act_as
from tests.tenancy.conftest import acting_as


def test_the_web_founds_the_first_organization_and_sees_that_there_is_one(db: None) -> None:
    may_act_as(WEB)
    with acting_as(WEB):
        assert not is_founded()
        admin = found_organization(
            name="Morning",
            time_zone="Asia/Shanghai",
            language=Language.ENGLISH,
            admin_name="Min",
            email="min@example.test",
            password="long enough to be safe",
        )
        assert is_founded()
        assert [place.organization_id for place in places_of(admin.user)] == [admin.organization_id]
        assert Membership.objects.count() == 0, "nobody has entered it yet"


@pytest.mark.django_db(transaction=True)
def test_a_role_signs_in_with_its_own_rights_and_cannot_take_others() -> None:
    building.build()
    roles.let_sign_in(WEB, "only-for-tests")
    info = connection.connection.info
    address = {"host": info.host, "port": info.port, "dbname": info.dbname}
    web = psycopg2.connect(user=WEB, password="only-for-tests", **address)
    try:
        for statement in (
            f"SET ROLE {info.user}",
            f"SET ROLE {WORKER}",
            f"SET SESSION AUTHORIZATION {info.user}",
        ):
            with pytest.raises(psycopg2.Error), web, web.cursor() as cursor:
                cursor.execute(statement)
        with web, web.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM people_membership")
            assert cursor.fetchone() == (0,)
    finally:
        web.close()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER ROLE {WEB} NOLOGIN PASSWORD NULL")
