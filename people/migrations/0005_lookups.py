"""What has to be known before the organization is: the only ways past row-level security, each with one small answer.

They run as the owner of the tables. `common.wall` lets the roles of web and workers execute them, and nobody else.
"""

from django.db import migrations

DEFINER = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
LOOKUPS = f"""
CREATE FUNCTION people_places_of(person bigint)
RETURNS TABLE (organization_id bigint, name_en varchar, name_zh varchar) {DEFINER} AS $$
    SELECT o.id, o.name_en, o.name_zh
    FROM people_membership AS m JOIN people_organization AS o ON o.id = m.organization_id
    WHERE m.user_id = person AND m.is_active ORDER BY m.id
$$;
CREATE FUNCTION people_organization_of_token(token bigint) RETURNS bigint {DEFINER} AS $$
    SELECT organization_id FROM people_apitoken WHERE id = token
$$;
CREATE FUNCTION people_organization_of_invitation(invitation bigint) RETURNS bigint {DEFINER} AS $$
    SELECT organization_id FROM people_invitation WHERE id = invitation
$$;
CREATE FUNCTION people_is_founded() RETURNS boolean {DEFINER} AS $$
    SELECT EXISTS (SELECT FROM people_organization)
$$;
"""  # noqa: S608 - put together from constants
UNDO = """
DROP FUNCTION people_places_of, people_organization_of_token, people_organization_of_invitation, people_is_founded;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0003_roles_invitations_and_signing_in")]

    operations = [migrations.RunSQL(LOOKUPS, UNDO)]
