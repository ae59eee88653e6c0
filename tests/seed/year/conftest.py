"""The demo, filled once for all tests of this directory, which only look at it, and taken back after them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from home.demo.seeding import Plan, fill
from home.demo.year import Year
from people.models import Membership, Organization, User
from people.selectors import memberships_of
from tests.seed.filling import SEED, StopsAt, seed


@dataclass(frozen=True)
class Demo:
    """The filled organization, its first manager, its calendar, and what was said while it was filled.

    Before that somebody interrupted a filling, which left so many rows and files.
    """

    organization: Organization
    manager: Membership
    year: Year
    credentials: Path
    said: str
    left_by_interrupt: int


@pytest.fixture(scope="package")
def demo(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Filled by the command, in one transaction that is rolled back after the last test."""
    credentials = tmp_path_factory.mktemp("demo") / "credentials.json"
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        with pytest.raises(KeyboardInterrupt):
            fill(Plan(now, SEED, 12), StopsAt("tasks"), credentials)
        left = Organization.objects.count() + User.objects.count() + credentials.exists()
        said = seed("--credentials", str(credentials))
        # Else every test would look once more whether all these rows name others that exist.
        connection.check_constraints()
        organization = Organization.objects.get(is_demo=True)
        manager = Membership.objects.get(organization=organization, user__email__startswith="li.wenjing")
        yield Demo(
            organization=organization,
            manager=memberships_of(manager.user)[0],
            year=Plan(now, SEED, 12).year,
            credentials=credentials,
            said=said,
            left_by_interrupt=left,
        )
        transaction.set_rollback(True)
