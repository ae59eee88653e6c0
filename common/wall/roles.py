"""The roles of web and workers: they own nothing, and may do with tables what the policies let them."""

from collections.abc import Collection, Iterator

from django.db import DatabaseError, connection, transaction

from common.wall.policies import ROLES, WORKER
from common.wall.tables import PEOPLE, guarded_tables, shared_tables

READ_ONLY = ("django_migrations",)
# Facts of months that have no partition yet, which only a worker looks for.
REST = "kpis_measurement_rest"
# Functions that run as the owner: the only ways past the wall. `tests/tenancy` knows each of them by name.
FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype ORDER BY 1
"""


def make_roles() -> bool:
    """The roles exist; False where they do not and the database does not let us make them."""
    for role in missing_roles():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        except DatabaseError:
            return False
    return True


def missing_roles() -> list[str]:
    """Those of the roles that the server lacks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
        found = {name for (name,) in cursor.fetchall()}
    return [role for role in ROLES if role not in found]


def functions_of_the_owner() -> list[str]:
    """The functions that see more than who calls them, with the types they take."""
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        return [name for (name,) in cursor.fetchall()]


def let_sign_in(role: str, password: str) -> None:
    """The role signs in with this password, and with nothing but its own rights."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {role} LOGIN NOCREATEDB NOCREATEROLE PASSWORD %s", [password])


def grants(present: Collection[str]) -> Iterator[str]:
    """The statements that open the present tables, sequences and functions to the roles; partitions stay closed."""
    both = ", ".join(ROLES)
    tables = {table.name for table in guarded_tables()} | {*PEOPLE, *shared_tables()}
    tables &= set(present)
    yield f"GRANT USAGE ON SCHEMA public TO {both}"
    for table in sorted(tables - {REST} - set(READ_ONLY)):
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {both}"
    for table in READ_ONLY:
        yield f"GRANT SELECT ON {table} TO {both}"
    yield f"GRANT SELECT ON {REST} TO {WORKER}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {both}"
    for function in functions_of_the_owner():
        yield f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {both}"
