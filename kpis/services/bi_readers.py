"""Database roles that may read the `bi_v1` views of one organization, and nothing else."""

import re
import secrets

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from activity.services import record
from common.errors import InvalidInput
from kpis.models import BiReader
from people.models import Organization

ROLE_NAME = re.compile(r"[a-z][a-z0-9_]{2,62}")
STATEMENT_SECONDS = 60
RIGHTS = (
    "ALTER ROLE {role} SET default_transaction_read_only = on",
    "ALTER ROLE {role} SET statement_timeout = '{seconds}s'",
    "GRANT USAGE ON SCHEMA bi_v1 TO {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA bi_v1 TO {role}",
)
# Its rights, and what its sessions made: tools keep temporary tables. Only members of a role may do this.
REMOVAL = ("GRANT {role} TO CURRENT_USER", "DROP OWNED BY {role}", "DROP ROLE {role}")


@transaction.atomic
def add_bi_reader(organization: Organization, *, role_name: str) -> str:
    """A new role that signs in with the returned password, shown once, and reads this organization's views.

    Refuses a bad or taken name, and a database that does not let opsteam create roles.
    """
    if not ROLE_NAME.fullmatch(role_name):
        raise InvalidInput(
            {
                "role": [
                    _("A role has 3 to 63 small letters, digits and underscores, and starts with a letter.")
                ]
            }
        )
    if _role_exists(role_name):
        raise InvalidInput({"role": [_("The database has a role of this name already.")]})
    password = secrets.token_urlsafe(24)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {role_name} LOGIN CONNECTION LIMIT 5 PASSWORD %s", [password])
            for statement in RIGHTS:
                cursor.execute(statement.format(role=role_name, seconds=STATEMENT_SECONDS))
    except DatabaseError as error:
        raise InvalidInput(
            {"role": [_("The database does not let opsteam create roles: give its role CREATEROLE first.")]}
        ) from error
    reader = BiReader.objects.create(role_name=role_name, organization=organization)
    record("bi_reader.added", subject=reader, organization_id=organization.pk, by=None, role=role_name)
    return password


@transaction.atomic
def remove_bi_reader(*, role_name: str) -> None:
    """The role is gone; its open sessions see no rows from now on. Refuses a role that is no reader of ours."""
    reader = BiReader.objects.select_for_update().filter(role_name=role_name).first()
    if reader is None:
        raise InvalidInput({"role": [_("There is no such reader.")]})
    record(
        "bi_reader.removed", subject=reader, organization_id=reader.organization_id, by=None, role=role_name
    )
    reader.delete()
    with connection.cursor() as cursor:
        for statement in REMOVAL:
            cursor.execute(statement.format(role=role_name))


def _role_exists(role_name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [role_name])
        return cursor.fetchone() is not None
