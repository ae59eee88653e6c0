"""What signing in through the organization's own provider asks before the organization is known."""

from django.db import migrations

DEFINER = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
LOOKUPS = f"""
CREATE FUNCTION people_invitations_to(address text)
RETURNS TABLE (organization_id bigint, invitation_id bigint) {DEFINER} AS $$
    SELECT organization_id, id FROM people_invitation
    WHERE lower(email) = lower(address) AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > now()
    ORDER BY id
$$;
CREATE FUNCTION people_organization_by_slug(short_name text) RETURNS bigint {DEFINER} AS $$
    SELECT id FROM people_organization WHERE slug = short_name
$$;
"""
UNDO = "DROP FUNCTION people_invitations_to, people_organization_by_slug;"


class Migration(migrations.Migration):
    dependencies = [("people", "0007_parts_know_their_organization")]

    operations = [migrations.RunSQL(LOOKUPS, UNDO)]
