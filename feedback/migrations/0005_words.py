"""Tasks and feedback by words, number, or id in their source, through indexes.

Row-level security lets an index answer only what is proved to leak nothing, and PostgreSQL's array operators are not.
So functions of the owner look, among the rows of the present organization only. A word that many rows hold is found
among the newest ones, a rare one by the index. Writers go on while the indexes are built.
"""

from django.db import migrations

INDEXES = {
    "tasks_task_words": "tasks_task USING gin (bigrams(title || ' ' || description))",
    "feedback_item_words": "feedback_feedbackitem USING gin (bigrams(subject || ' ' || body))",
    "feedback_customer_words": "feedback_customer USING gin (bigrams(name))",
}
FUNCTION = r"""
CREATE FUNCTION %(app)s_found(words text, most integer) RETURNS SETOF bigint ROWS 100
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said text := current_setting('opsteam.organization', true);
    grams integer[] := word_bigrams(words);
    patterns text[] := word_patterns(words);
    present bigint;
    found bigint[];
BEGIN
    IF said IS NULL OR said IN ('', '*') THEN
        RETURN;
    END IF;
    present := said::bigint;
    found := ARRAY(
        SELECT id FROM (
            SELECT * FROM %(table)s WHERE organization_id = present ORDER BY id DESC LIMIT 1000) AS newest
        WHERE folded(%(text)s) LIKE ALL (patterns) ORDER BY id DESC LIMIT most);
    IF cardinality(found) < most THEN
        found := ARRAY(
            WITH held AS MATERIALIZED (
                SELECT id FROM %(table)s
                WHERE organization_id = present AND cardinality(grams) > 0 AND bigrams(%(text)s) @> grams
                    AND folded(%(text)s) LIKE ALL (patterns)
            )
            SELECT id FROM held
            UNION SELECT id FROM %(table)s
            WHERE cardinality(grams) = 0 AND organization_id = present AND folded(%(text)s) LIKE ALL (patterns)
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
OF_TASKS = {"app": "tasks", "table": "tasks_task", "text": "title || ' ' || description", "more": ""}
OF_FEEDBACK = {
    "app": "feedback",
    "table": "feedback_feedbackitem",
    "text": "subject || ' ' || body",
    "more": """UNION (WITH named AS MATERIALIZED (
                SELECT id FROM feedback_customer
                WHERE organization_id = present AND cardinality(grams) > 0 AND bigrams(name) @> grams
                    AND folded(name) LIKE ALL (patterns)
            )
            SELECT i.id FROM named JOIN feedback_feedbackitem AS i ON i.customer_id = named.id)""",
}


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("common", "0001_bigrams"),
        ("feedback", "0004_parts_know_their_organization"),
        ("tasks", "0005_working_days"),
    ]

    operations = [
        *(
            migrations.RunSQL(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {place}", f"DROP INDEX {name}")
            for name, place in INDEXES.items()
        ),
        *(
            migrations.RunSQL(FUNCTION % names, f"DROP FUNCTION {names['app']}_found")
            for names in (OF_TASKS, OF_FEEDBACK)
        ),
    ]
