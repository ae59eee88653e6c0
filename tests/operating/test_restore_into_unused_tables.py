"""A restore makes no tables where a new installation of the backup's version has them already."""

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from django.core.management import call_command
from django.db import connection

from opsteam.operating import restore
from tests.conftest import Cast
from tests.harness.house import url_of_test_database
from tests.operating.conftest import Elsewhere, ask
from tests.services import MADE, TEMPLATE

pytestmark = pytest.mark.django_db(transaction=True)
MARK = "SELECT 1 FROM pg_class WHERE relname = 'mark'"


@pytest.fixture
def unused(transactional_db: None) -> Iterator[Elsewhere]:
    """A database as `migrate` leaves it."""
    if MADE not in os.environ:
        pytest.skip("needs the tables that tests.services makes on servers of its own")
    ask(f"CREATE DATABASE unused TEMPLATE {TEMPLATE}")
    yield Elsewhere(urlsplit(url_of_test_database())._replace(path="/unused").geturl())
    ask("DROP DATABASE unused WITH (FORCE)")


def test_they_are_kept_and_filled(cast: Cast, unused: Elsewhere, tmp_path: Path) -> None:
    file = tmp_path / "opsteam.backup"
    call_command("backup", file)
    out = StringIO()
    with unused.entered():
        ask("CREATE TABLE mark ()")
        call_command("restore", file, stdout=out)
        assert "Verified: 0 differences." in out.getvalue()
        assert ask(MARK)
        assert ask("SELECT count(*) FROM people_organization") == [(2,)]


def test_tables_of_another_version_or_with_an_organization_are_not_kept(
    cast: Cast, unused: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "opsteam.backup"
    call_command("backup", file)
    with restore.opened(file) as (_archive, manifest):
        assert not restore.has_unused_tables(manifest, connection)
        with unused.entered():
            assert restore.has_unused_tables(manifest, connection)
            older = msgspec.structs.replace(manifest, migrations=manifest.migrations[:-1])
            assert not restore.has_unused_tables(older, connection)
