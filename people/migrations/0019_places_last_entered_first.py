"""Who belongs to several organizations begins where they last were."""

from django.db import migrations

PLACES = """
CREATE OR REPLACE FUNCTION people_places_of(person bigint)
RETURNS TABLE (organization_id bigint, name_en varchar, name_zh varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id, o.name_en, o.name_zh
    FROM people_membership AS m JOIN people_organization AS o ON o.id = m.organization_id
    WHERE m.user_id = person AND m.is_active ORDER BY {order}
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0018_membership_entered_at")]

    operations = [
        migrations.RunSQL(
            PLACES.format(order="m.entered_at DESC NULLS LAST, m.id"), PLACES.format(order="m.id")
        )
    ]
