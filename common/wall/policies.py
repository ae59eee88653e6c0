"""Who sees and writes which rows, as SQL."""

from collections.abc import Iterator
from typing import Final

from common.postgresql.base import SETTING
from common.tenancy import ALL
from common.wall.tables import Table

WEB: Final = "opsteam_web"
WORKER: Final = "opsteam_worker"
ROLES: Final = (WEB, WORKER)
# In a sub-select, so that it is read once for each statement and not for each row.
_SAID = f"current_setting('{SETTING}', true)"
_PRESENT = f"(SELECT CASE WHEN {_SAID} NOT IN ('', '{ALL}') THEN {_SAID}::bigint END)"
_ACROSS = f"(SELECT {_SAID} = '{ALL}')"


def policies_of(table: Table) -> Iterator[str]:
    """The statements that divide the table: web sees one organization, workers also all where they say so."""
    chosen = f"IN (SELECT id FROM {table.through})" if table.through else f"= {_PRESENT}"  # noqa: S608 - our own
    mine = f"{table.column} {chosen}"
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
    for role, rule in ((WEB, mine), (WORKER, f"{_ACROSS} OR {mine}")):
        yield f"DROP POLICY IF EXISTS {role} ON {table.name}"
        yield f"CREATE POLICY {role} ON {table.name} TO {role} USING ({rule}) WITH CHECK ({rule})"
