"""Months that were just filled are known to the planner before anybody reads them: workers own no table, and only its
owner may look through one.
"""

from django.db import migrations

FUNCTION = r"""
-- The table of facts or cells that has changed most since it was looked through, if it has changed much: it is looked
-- through now, and its name returned. One for each call, so that no transaction stays open for long.
CREATE FUNCTION kpis_refresh_statistics() RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stale regclass := (
        SELECT c.oid FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname LIKE 'kpis\_%'
            AND pg_stat_get_mod_since_analyze(c.oid) > 1000 + 0.2 * greatest(c.reltuples, 0)
        ORDER BY pg_stat_get_mod_since_analyze(c.oid) DESC LIMIT 1);
BEGIN
    IF stale IS NOT NULL THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', stale);
    END IF;
    RETURN stale::text;
END $$;
REVOKE EXECUTE ON FUNCTION kpis_refresh_statistics() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0017_forecast_fan")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION kpis_refresh_statistics")]
