"""Words that many rows hold are found among the newest, as many of them as it takes; of what the index gives, the newest
rows are compared first, and no more than are asked for.
"""

from django.db import migrations

FUNCTION = r"""
CREATE OR REPLACE FUNCTION %(app)s_found(words text, most integer) RETURNS SETOF bigint ROWS 100
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said text := current_setting('opsteam.organization', true);
    grams integer[] := word_bigrams(words);
    patterns text[] := word_patterns(words);
    present bigint;
    looked_at integer;
    found bigint[];
BEGIN
    IF said IS NULL OR said IN ('', '*') THEN
        RETURN;
    END IF;
    present := said::bigint;
    FOREACH looked_at IN ARRAY ARRAY[300, 2000] LOOP
        found := ARRAY(
            SELECT id FROM (
                SELECT * FROM %(table)s WHERE organization_id = present ORDER BY id DESC LIMIT looked_at) AS newest
            WHERE %(folded)s LIKE ALL (patterns) ORDER BY id DESC LIMIT most);
        -- Too rare to find enough of them among the next: the index knows them all.
        EXIT WHEN cardinality(found) >= most OR cardinality(found) * 5 < most;
    END LOOP;
    IF cardinality(found) < most THEN
        found := ARRAY(
            WITH held AS MATERIALIZED (
                SELECT id FROM %(table)s
                WHERE organization_id = present AND cardinality(grams) > 0 AND bigrams(%(text)s) @> grams
            ),
            compared AS MATERIALIZED (
                SELECT id FROM (SELECT id FROM held ORDER BY id DESC) AS newest
                WHERE (SELECT %(folded)s LIKE ALL (patterns) FROM %(table)s AS t WHERE t.id = newest.id)
                LIMIT most
            )
            SELECT id FROM compared
            UNION (SELECT id FROM %(table)s
            WHERE cardinality(grams) = 0 AND organization_id = present AND %(folded)s LIKE ALL (patterns)
            ORDER BY id DESC LIMIT most)
            %(more)s
            UNION SELECT id FROM %(table)s
            WHERE organization_id = present AND external_id <> '' AND external_id = words
            UNION SELECT id FROM %(table)s WHERE organization_id = present AND words ~ '^#?[0-9]{1,18}$'
                AND id = ltrim(words, '#')::bigint
            ORDER BY id DESC LIMIT most);
    END IF;
    RETURN QUERY SELECT unnest(found);
END $$;
"""
# As the function `folded`, in place: a call costs as much as what it does.
FOLDED = "lower(CASE WHEN octet_length({0}) = length({0}) OR {0} IS NFKC NORMALIZED THEN {0} ELSE normalize({0}, NFKC) END)"
OF_TASKS = {
    "app": "tasks",
    "table": "tasks_task",
    "text": "title || ' ' || description",
    "folded": FOLDED.format("(title || ' ' || description)"),
    "more": "",
}
OF_FEEDBACK = {
    "app": "feedback",
    "table": "feedback_feedbackitem",
    "text": "subject || ' ' || body",
    "folded": FOLDED.format("(subject || ' ' || body)"),
    "more": """UNION (WITH named AS MATERIALIZED (
                SELECT id FROM feedback_customer
                WHERE organization_id = present AND cardinality(grams) > 0 AND bigrams(name) @> grams
                    AND folded(name) LIKE ALL (patterns)
            )
            SELECT i.id FROM named JOIN feedback_feedbackitem AS i ON i.customer_id = named.id)""",
}


class Migration(migrations.Migration):
    dependencies = [("feedback", "0005_words")]

    # The functions of before find the same, only later, so there is nothing to turn back.
    operations = [
        migrations.RunSQL(FUNCTION % names, migrations.RunSQL.noop) for names in (OF_TASKS, OF_FEEDBACK)
    ]
