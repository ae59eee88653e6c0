"""The one query of every API request: a live token with its member, person, organization and role."""

from functools import cache
from typing import Any, cast
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from people.models import ApiToken, CustomRole, Membership, Organization, User

# In the order of their columns. The text of the query is made once: making it anew for each request took a quarter of
# the time of reading one row through the API.
_Parts = tuple[ApiToken, Membership, Organization, User, CustomRole | None]
PARTS: dict[str, type[Model]] = {
    "t": ApiToken,
    "m": Membership,
    "o": Organization,
    "u": User,
    "r": CustomRole,
}
# The sessions of the database that have planned it, for the same reason.
_prepared: WeakSet[Any] = WeakSet()


def live_token(token_id: int) -> ApiToken | None:
    """The token with all that a request needs of it, unless it or its member is no longer live. One query."""
    row = _asked(token_id)
    if row is None:
        return None
    token, member, organization, user, role = cast("_Parts", tuple(_rows(row)))
    member.organization, member.user, member.custom_role = organization, user, role
    token.membership, token.organization = member, organization
    return token


def _asked(token_id: int) -> tuple[object, ...] | None:
    with connection.cursor() as cursor:
        session = connection.connection
        if session not in _prepared:
            with connection.wrap_database_errors, session.cursor() as first:
                first.execute(_preparation())
            _prepared.add(session)
        cursor.execute("EXECUTE people_live_token (%s)", [token_id])
        row: tuple[object, ...] | None = cursor.fetchone()
        return row


@cache
def _preparation() -> str:
    columns = (
        f'{alias}."{field.column}"' for alias, model in PARTS.items() for field in model._meta.concrete_fields
    )
    tables = {alias: model._meta.db_table for alias, model in PARTS.items()}
    return f"""PREPARE people_live_token (bigint) AS
SELECT {", ".join(columns)} FROM {tables["t"]} AS t
JOIN {tables["m"]} AS m ON m.id = t.membership_id AND m.is_active
JOIN {tables["o"]} AS o ON o.id = m.organization_id
JOIN {tables["u"]} AS u ON u.id = m.user_id AND u.is_active
LEFT JOIN {tables["r"]} AS r ON r.id = m.custom_role_id
WHERE t.id = $1 AND t.revoked_at IS NULL AND t.expires_at > statement_timestamp()
"""  # noqa: S608 - put together from the models


def _rows(row: tuple[object, ...]) -> list[Model | None]:
    """The row of each model; None where it has none."""
    found: list[Model | None] = []
    start = 0
    for model in PARTS.values():
        names = [field.attname for field in model._meta.concrete_fields]
        values = row[start : start + len(names)]
        start += len(names)
        found.append(model.from_db(DEFAULT_DB_ALIAS, names, values) if values[0] is not None else None)
    return found
