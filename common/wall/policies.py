"""Who sees and writes which rows, as SQL."""

from collections.abc import Iterator
from typing import Final

from common.postgresql.base import PERSON, SETTING
from common.tenancy import ALL
from common.wall.tables import PeopleTable, Table

WEB: Final = "opsteam_web"
WORKER: Final = "opsteam_worker"
ROLES: Final = (WEB, WORKER)
POST: Final = "people_accountmail"
# In a sub-select, so that it is read once for each statement and not for each row.
_SAID = f"current_setting('{SETTING}', true)"
_PRESENT = f"(SELECT CASE WHEN {_SAID} NOT IN ('', '{ALL}') THEN {_SAID}::bigint END)"
_ACROSS = f"(SELECT {_SAID} = '{ALL}')"
_ASKS = f"current_setting('{PERSON}', true)"
_ONESELF = f"(SELECT CASE WHEN {_ASKS} NOT IN ('', '{ALL}') THEN {_ASKS}::bigint END)"
_ANYBODY = f"(SELECT {_ASKS} = '{ALL}')"


def policies_of(table: Table) -> Iterator[str]:
    """The statements that divide the table: web sees one organization, workers also all where they say so."""
    chosen = f"IN (SELECT id FROM {table.through})" if table.through else f"= {_PRESENT}"  # noqa: S608 - our own
    mine = f"{table.column} {chosen}"
    yield from _divided(table.name, {WEB: mine, WORKER: f"{_ACROSS} OR {mine}"})


def people_policies_of(table: PeopleTable) -> Iterator[str]:
    """The statements that divide a table about people; what is seen of the table it leads through is seen of it.

    Workers post every mail about an account, also to addresses that nobody has.
    """
    mine = (
        f"EXISTS (SELECT FROM {table.through} AS seen"
        f" WHERE seen.{table.through_column} = {table.name}.{table.column})"
    )
    asks = f"{table.column} = {_ONESELF} OR " if table.column == "id" else ""
    seen = f"{_ANYBODY} OR {asks}{mine}"
    rules = {WEB: seen, WORKER: "true" if table.name == POST else f"{_ACROSS} OR {seen}"}
    yield from _divided(table.name, rules)


def _divided(table: str, rules: dict[str, str]) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    for role, rule in rules.items():
        yield f"DROP POLICY IF EXISTS {role} ON {table}"
        yield f"CREATE POLICY {role} ON {table} TO {role} USING ({rule}) WITH CHECK ({rule})"
