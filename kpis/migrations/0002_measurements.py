"""Facts: a table partitioned by month, one source key across all partitions, and months made ahead.

See docs/decisions/0002-one-source-key-across-partitions.md.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

TABLES = """
CREATE TABLE kpis_measurement (
    metric_id bigint NOT NULL REFERENCES kpis_metric (id) ON DELETE CASCADE,
    source_key varchar(200) COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    value numeric(24, 6) NOT NULL,
    team_id bigint REFERENCES people_team (id),
    member_id bigint REFERENCES people_membership (id),
    label varchar(100) NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    CONSTRAINT kpis_measurement_once PRIMARY KEY (metric_id, source_key, occurred_at),
    CONSTRAINT kpis_measurement_has_a_key CHECK (source_key <> ''),
    CONSTRAINT kpis_measurement_is_finite CHECK (value <> 'NaN')
) PARTITION BY RANGE (occurred_at);
CREATE INDEX kpis_measurement_by_time ON kpis_measurement (metric_id, occurred_at);
CREATE TABLE kpis_measurement_rest PARTITION OF kpis_measurement DEFAULT;

-- A unique index of a partitioned table needs the partition key; this one holds (metric, source key) single anyway.
CREATE TABLE kpis_sourcekey (
    metric_id bigint NOT NULL,
    source_key varchar(200) COLLATE "C" NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT kpis_source_key_once PRIMARY KEY (metric_id, source_key)
);
"""

KEEP_KEYS_SINGLE = """
CREATE FUNCTION kpis_add_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO kpis_sourcekey (metric_id, source_key, occurred_at)
    SELECT metric_id, source_key, occurred_at FROM new_rows;
    RETURN NULL;
END $$;

CREATE FUNCTION kpis_remove_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM kpis_sourcekey AS k USING old_rows AS o
    WHERE k.metric_id = o.metric_id AND k.source_key = o.source_key;
    RETURN NULL;
END $$;

CREATE FUNCTION kpis_change_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM kpis_sourcekey AS k USING old_rows AS o
    WHERE k.metric_id = o.metric_id AND k.source_key = o.source_key AND NOT EXISTS (
        SELECT FROM new_rows AS n
        WHERE (n.metric_id, n.source_key, n.occurred_at) = (o.metric_id, o.source_key, o.occurred_at));
    INSERT INTO kpis_sourcekey (metric_id, source_key, occurred_at)
    SELECT metric_id, source_key, occurred_at FROM new_rows AS n
    WHERE NOT EXISTS (
        SELECT FROM old_rows AS o
        WHERE (o.metric_id, o.source_key, o.occurred_at) = (n.metric_id, n.source_key, n.occurred_at));
    RETURN NULL;
END $$;

CREATE FUNCTION kpis_forget_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE kpis_sourcekey;
    RETURN NULL;
END $$;

CREATE TRIGGER kpis_1_keys_of_inserted AFTER INSERT ON kpis_measurement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION kpis_add_keys();
CREATE TRIGGER kpis_1_keys_of_deleted AFTER DELETE ON kpis_measurement
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION kpis_remove_keys();
CREATE TRIGGER kpis_1_keys_of_updated AFTER UPDATE ON kpis_measurement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_change_keys();
CREATE TRIGGER kpis_1_keys_of_truncated AFTER TRUNCATE ON kpis_measurement
    FOR EACH STATEMENT EXECUTE FUNCTION kpis_forget_keys();
"""

MONTHS = """
-- Makes the partition of the UTC month of `day` and moves its rows out of the rest; returns how many moved.
-- Takes every lock before it changes anything and waits less than deadlock_timeout for each, so that the caller,
-- never a writer, is the one that gives up.
CREATE FUNCTION kpis_make_month(day date) RETURNS bigint LANGUAGE plpgsql
SET lock_timeout = '700ms' SET timezone = 'UTC' AS $$
DECLARE
    first_day date := date_trunc('month', day)::date;
    next_day date := (date_trunc('month', day) + interval '1 month')::date;
    partition text := 'kpis_measurement_' || to_char(first_day, 'YYYYMM');
    moved bigint;
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN 0;
    END IF;
    -- A statement planned before the month is attached and run after it would miss the moved rows: none may be.
    LOCK TABLE ONLY kpis_measurement IN ACCESS EXCLUSIVE MODE;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN 0;
    END IF;
    LOCK TABLE kpis_metric, people_team, people_membership IN SHARE ROW EXCLUSIVE MODE;
    LOCK TABLE kpis_measurement_rest IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE kpis_measurement INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
    EXECUTE format(
        'WITH gone AS (DELETE FROM kpis_measurement_rest WHERE occurred_at >= %L AND occurred_at < %L RETURNING *)'
        ' INSERT INTO %I SELECT * FROM gone', first_day, next_day, partition);
    GET DIAGNOSTICS moved = ROW_COUNT;
    EXECUTE format(
        'ALTER TABLE kpis_measurement ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition, first_day, next_day);
    RETURN moved;
END $$;
"""

UNDO = """
DROP TABLE kpis_measurement, kpis_sourcekey;
DROP FUNCTION kpis_add_keys, kpis_remove_keys, kpis_change_keys, kpis_forget_keys, kpis_make_month;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0001_initial"), ("people", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLES + KEEP_KEYS_SINGLE + MONTHS, UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name="Measurement",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "metric_id",
                                "source_key",
                                "occurred_at",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("source_key", models.CharField(db_collation="C", max_length=200)),
                        ("occurred_at", models.DateTimeField()),
                        ("value", models.DecimalField(decimal_places=6, max_digits=24)),
                        ("label", models.CharField(blank=True, default="", max_length=100)),
                        (
                            "recorded_at",
                            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                        ),
                        (
                            "metric",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="kpis.metric",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.team",
                            ),
                        ),
                        (
                            "member",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="people.membership",
                            ),
                        ),
                    ],
                    options={"db_table": "kpis_measurement"},
                )
            ],
        )
    ]
