"""Cells are written by the hundred thousand: no check of the metric per row. Hour cells know their local day."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

FORGET_CELLS = """
CREATE FUNCTION kpis_forget_cells() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM kpis_daycell WHERE metric_id = OLD.id;
    DELETE FROM kpis_hourcell WHERE metric_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER kpis_forget_cells AFTER DELETE ON kpis_metric
    FOR EACH ROW EXECUTE FUNCTION kpis_forget_cells();
"""
UNDO = """
DROP TRIGGER kpis_forget_cells ON kpis_metric;
DROP FUNCTION kpis_forget_cells;
"""
METRIC = models.ForeignKey(
    db_constraint=False,
    db_index=False,
    on_delete=django.db.models.deletion.CASCADE,
    related_name="+",
    to="kpis.metric",
)


class Migration(migrations.Migration):
    dependencies = [("kpis", "0006_judgements")]

    operations = [
        migrations.AlterField(model_name="daycell", name="metric", field=METRIC),
        migrations.DeleteModel(name="HourCell"),
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
                        "day",
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
                ("day", models.DateField()),
                ("hour", models.DateTimeField()),
                ("metric", METRIC),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RunSQL(FORGET_CELLS, UNDO),
    ]
