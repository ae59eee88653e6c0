"""What the tests of the wall share."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from common.wall.policies import ROLES


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Inside, the present transaction has the rights of the role and no others; what it does is taken back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def roles(db: None) -> None:
    """The owner may act as the roles of the wall."""
    with connection.cursor() as cursor:
        for role in ROLES:
            cursor.execute(f"GRANT {role} TO CURRENT_USER WITH SET TRUE")
