"""Two organizations with a row of everything, and the roles of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.db.models import Model
from pytest_django.plugin import DjangoDbBlocker

from common.tenancy import acting_for
from common.wall.policies import ROLES
from people import services as people
from people.models import Organization
from tests.architecture.world import may_act_as
from tests.tenancy.rows import fill

Rows = dict[type[Model], Model]


@dataclass(frozen=True)
class Both:
    """Rows of two organizations by their models, each with its mark in every text."""

    one: Rows
    two: Rows

    @property
    def first_id(self) -> int:
        """The first organization."""
        return int(self.one[Organization].pk)

    @property
    def second_id(self) -> int:
        """The second organization."""
        return int(self.two[Organization].pk)


MARKS = ("mark-one", "mark-two")


@pytest.fixture(scope="module")
def kept_both(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Both]:
    """Made by the owner of the tables, who may then act as the roles; once for all tests of a file."""
    with django_db_blocker.unblock(), transaction.atomic():
        may_act_as(*ROLES)
        made = Both(
            *(fill(people.create_organization(slug=mark, name_en=mark, name_zh=mark), mark) for mark in MARKS)
        )
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def both(kept_both: Both, db: None) -> Both:
    """The two organizations; what a test does to them is taken back."""
    return deepcopy(kept_both)


@contextmanager
def acting_as(role: str, organization_id: int | None = None) -> Iterator[None]:
    """Inside, the rights of the role and no others, in the organization if one is named; all of it is taken back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
        if organization_id is None:
            yield
        else:
            with acting_for(organization_id):
                yield
        transaction.set_rollback(True)
