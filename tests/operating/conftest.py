"""Two servers: backups leave one and come back in the other, whose transaction ids are its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

from opsteam.embedded.postgres import EmbeddedPostgres


class Elsewhere:
    """The database of another server."""

    def __init__(self, url: str) -> None:
        self.at = urlsplit(url)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Inside, this process works there."""
        here = connections["default"]
        there = type(here)(
            {
                **here.settings_dict,
                "NAME": self.at.path.strip("/"),
                "USER": self.at.username,
                "PASSWORD": self.at.password,
                "HOST": self.at.hostname,
                "PORT": str(self.at.port),
            },
            alias="default",
        )
        connections["default"] = there
        try:
            yield
        finally:
            there.close()
            connections["default"] = here


def ask(query: str) -> list[tuple[object, ...]]:
    """Rows of a query where this process works."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture(scope="module")
def other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Another PostgreSQL, new, with an empty database."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("other") / "postgres", fast=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def elsewhere(other_server: EmbeddedPostgres) -> Elsewhere:
    """The empty database of the other server."""
    return Elsewhere(other_server.url)
