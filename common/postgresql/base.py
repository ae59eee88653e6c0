"""The connection knows what it was told last, so that requests of one organization tell it nothing again."""

from typing import Any

from django.db import IntegrityError
from django.db.backends.postgresql import base
from psycopg2 import errors, extensions

from common import tenancy
from common.errors import Overtaken

SETTING = "opsteam.organization"
PERSON = "opsteam.person"
Presence = tuple[str, str]
NOBODY: Presence = (tenancy.NONE, tenancy.NONE)


class Connection(extensions.connection):
    """A connection of psycopg2; `told` is what both settings hold, None where that is not known."""

    told: Presence | None = NOBODY
    was_told = False

    def telling(self, presence: Presence) -> str:
        """The statement that tells it, to be sent now."""
        self.told, self.was_told = presence, True
        organization, person = presence
        return f"SELECT set_config('{SETTING}', '{organization}', false), set_config('{PERSON}', '{person}', false)"

    def forget(self) -> None:
        """After a rollback the settings are what they were at some time before."""
        if self.was_told:
            self.told = None

    def rollback(self) -> None:
        """As in psycopg2."""
        self.forget()
        super().rollback()


class Cursor(extensions.cursor):
    """Every statement runs in the organization and for the person that are present when it is executed."""

    connection: Connection
    _opened_in = NOBODY

    def execute(self, query: Any, params: Any = None) -> None:
        """As in psycopg2. What has to be told goes in the same message, so it costs no round trip."""
        connection, present = self.connection, tenancy.presence()
        if _is_rollback(query):
            # No other statement may come before it, and it takes back what was told.
            connection.forget()
        elif connection.told != present:
            if self.name is None and isinstance(query, str):
                query = f"{connection.telling(present)};{query}"
            else:
                self._tell(present)
        self._opened_in = present
        try:
            super().execute(query, params)
        except BaseException:
            connection.forget()
            raise

    def executemany(self, query: Any, params_list: Any) -> None:
        """As in psycopg2."""
        self._tell(tenancy.presence())
        super().executemany(query, params_list)

    def callproc(self, procname: str | bytes, parameters: Any = None, /) -> None:
        """As in psycopg2."""
        self._tell(tenancy.presence())
        super().callproc(procname, parameters)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        """As in psycopg2."""
        self._tell(tenancy.presence())
        super().copy_expert(sql, file, size)

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """As in psycopg2; rows of a server-side cursor are those of whom it was opened for."""
        if self.name is not None:
            self._tell(self._opened_in)
        return super().fetchmany(self.arraysize if size is None else size)

    def _tell(self, presence: Presence) -> None:
        if self.connection.told != presence:
            plain = extensions.cursor(self.connection)
            try:
                plain.execute(self.connection.telling(presence))
            except BaseException:
                self.connection.forget()
                raise
            finally:
                plain.close()


def _is_rollback(query: Any) -> bool:
    return isinstance(query, str) and query.startswith("ROLLBACK")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with our connections and cursors, and with a refusal where another transaction was faster."""

    def get_connection_params(self) -> dict[str, Any]:
        """As in Django."""
        return {
            **super().get_connection_params(),
            "connection_factory": Connection,
            "cursor_factory": Cursor,
        }

    def _commit(self) -> None:
        """As in Django; foreign keys are checked here, against what others have committed meanwhile."""
        try:
            super()._commit()  # type: ignore[misc] # the stubs leave it out
        except IntegrityError as broken:
            if isinstance(broken.__cause__, errors.ForeignKeyViolation):
                raise Overtaken from broken
            raise
