"""Cells hold more: order, sketches, hours; published ones leave a restatement. Cells are derived, so they start anew."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# What the cells must keep for the definitions there are, and every day of every metric to be rolled up again.
FLAGS = """
UPDATE kpis_metric SET keeps_order = true WHERE id IN (
    SELECT metric_id FROM kpis_kpidefinition WHERE aggregate = 'last');
INSERT INTO kpis_dirtyrange (metric_id, shard, first_on, last_on, reason)
SELECT f.metric_id, kpis_shard(f.metric_id), (min(f.occurred_at) AT TIME ZONE o.time_zone)::date,
    (max(f.occurred_at) AT TIME ZONE o.time_zone)::date, 'metric'
FROM kpis_measurement AS f
JOIN kpis_metric AS m ON m.id = f.metric_id
JOIN people_organization AS o ON o.id = m.organization_id
GROUP BY f.metric_id, o.time_zone;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0003_dirty_log"), ("people", "0001_initial")]

    operations = [
        migrations.DeleteModel(name="DayCell"),
        migrations.CreateModel(
            name="DayCell",
            fields=[
                ("n", models.BigIntegerField()),
                ("total", models.DecimalField(decimal_places=6, max_digits=38)),
                ("squares", models.DecimalField(decimal_places=12, max_digits=60)),
                ("smallest", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("largest", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("first_value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("last_value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("last_at", models.DateTimeField(null=True)),
                (
                    "score_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=11
                    ),
                ),
                (
                    "sketch_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), null=True, size=None
                    ),
                ),
                (
                    "sketch_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("team_id", models.BigIntegerField(default=0)),
                ("member_id", models.BigIntegerField(default=0)),
                ("label", models.CharField(default="", max_length=100)),
                ("version", models.BigIntegerField()),
                ("recomputed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "metric_id",
                        "day",
                        "team_id",
                        "member_id",
                        "label",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                (
                    "metric",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kpis.metric",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ArchivedMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("facts", models.BigIntegerField()),
                ("archived_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("restored_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HourCell",
            fields=[
                ("n", models.BigIntegerField()),
                ("total", models.DecimalField(decimal_places=6, max_digits=38)),
                ("squares", models.DecimalField(decimal_places=12, max_digits=60)),
                ("smallest", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("largest", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("first_value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("last_value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("last_at", models.DateTimeField(null=True)),
                (
                    "score_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=11
                    ),
                ),
                (
                    "sketch_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), null=True, size=None
                    ),
                ),
                (
                    "sketch_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("team_id", models.BigIntegerField(default=0)),
                ("member_id", models.BigIntegerField(default=0)),
                ("label", models.CharField(default="", max_length=100)),
                ("version", models.BigIntegerField()),
                ("recomputed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "metric_id",
                        "hour",
                        "team_id",
                        "member_id",
                        "label",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("hour", models.DateTimeField()),
                (
                    "metric",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kpis.metric",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MetricProgress",
            fields=[
                (
                    "metric",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="progress",
                        serialize=False,
                        to="kpis.metric",
                    ),
                ),
                ("newest_version", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("through_on", models.DateField()),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Restatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n", models.BigIntegerField()),
                ("total", models.DecimalField(decimal_places=6, max_digits=38)),
                ("squares", models.DecimalField(decimal_places=12, max_digits=60)),
                ("smallest", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("largest", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("first_value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("first_at", models.DateTimeField(null=True)),
                ("last_value", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("last_at", models.DateTimeField(null=True)),
                (
                    "score_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=11
                    ),
                ),
                (
                    "sketch_values",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), null=True, size=None
                    ),
                ),
                (
                    "sketch_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("day", models.DateField()),
                ("team_id", models.BigIntegerField(default=0)),
                ("member_id", models.BigIntegerField(default=0)),
                ("label", models.CharField(default="", max_length=100)),
                ("new_n", models.BigIntegerField()),
                ("new_total", models.DecimalField(decimal_places=6, max_digits=38)),
                ("version", models.BigIntegerField()),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                ("restated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="dirtyrange",
            name="reason",
            field=models.CharField(
                choices=[
                    ("added", "facts came in"),
                    ("changed", "facts were corrected"),
                    ("removed", "facts were retracted"),
                    ("calendar", "the time zone changed"),
                    ("metric", "the metric was set up anew"),
                    ("repair", "recomputed on demand"),
                ],
                db_default="repair",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="measurement",
            name="weight",
            field=models.IntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="metric",
            name="final_before",
            field=models.DateField(blank=True, null=True, verbose_name="final before"),
        ),
        migrations.AddField(
            model_name="metric",
            name="keeps_hours",
            field=models.BooleanField(default=False, verbose_name="keeps hours"),
        ),
        migrations.AddField(
            model_name="metric",
            name="keeps_order",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="metric",
            name="keeps_percentiles",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="metric",
            name="is_ordinal",
            field=models.BooleanField(default=False, verbose_name="whole scores from 0 to 10"),
        ),
        migrations.AlterField(
            model_name="metric",
            name="unit",
            field=models.CharField(
                choices=[
                    ("count", "count"),
                    ("seconds", "duration"),
                    ("percent", "percent"),
                    ("per_thousand", "per 1,000"),
                    ("score", "score"),
                    ("points", "points"),
                    ("currency", "money"),
                ],
                max_length=20,
                verbose_name="unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0)), name="kpis_measurement_weight_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="archivedmonth",
            constraint=models.UniqueConstraint(
                condition=models.Q(("restored_at__isnull", True)),
                fields=("month",),
                name="kpis_month_archived_once",
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organization"
            ),
        ),
        migrations.AddField(
            model_name="restatement",
            name="metric",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="kpis.metric",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.UniqueConstraint(
                fields=("organization", "through_on"), name="kpis_publication_once_per_day"
            ),
        ),
        migrations.AddIndex(
            model_name="restatement",
            index=models.Index(
                models.F("metric"), models.F("day"), models.F("restated_at"), name="kpis_restatement_of_day"
            ),
        ),
        migrations.RunSQL(FLAGS, migrations.RunSQL.noop),
    ]
