"""Definitions by period, formulas over other KPIs, targets as steps and lines, notes."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0004_cells")]

    operations = [
        migrations.CreateModel(
            name="KpiDefinitionInput",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KpiNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("text", models.CharField(max_length=200, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="kpidefinition",
            name="kpis_definition_ratio_has_denominator",
        ),
        migrations.RemoveConstraint(
            model_name="kpidefinition",
            name="kpis_definition_share_has_limit",
        ),
        migrations.AddField(
            model_name="kpi",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="kpi",
            name="description",
            field=models.TextField(blank=True, verbose_name="description"),
        ),
        migrations.AddField(
            model_name="kpidefinition",
            name="applies_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="kpidefinition",
            name="denominator_label",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AddField(
            model_name="kpidefinition",
            name="formula",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="kpidefinition",
            name="matures_after_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="kpidefinition",
            name="most_score",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="kpitarget",
            name="near_upper",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="near upper target up to"
            ),
        ),
        migrations.AddField(
            model_name="kpitarget",
            name="period",
            field=models.CharField(
                choices=[
                    ("day", "day"),
                    ("week", "week"),
                    ("four_weeks", "28 days"),
                    ("month", "month"),
                    ("quarter", "quarter"),
                    ("year", "year"),
                ],
                default="four_weeks",
                max_length=10,
                verbose_name="for one",
            ),
        ),
        migrations.AddField(
            model_name="kpitarget",
            name="shape",
            field=models.CharField(
                choices=[("step", "stays until the next one"), ("line", "runs straight to the next one")],
                default="step",
                max_length=5,
                verbose_name="shape",
            ),
        ),
        migrations.AddField(
            model_name="kpitarget",
            name="upper",
            field=models.DecimalField(
                blank=True, decimal_places=6, max_digits=24, null=True, verbose_name="upper target"
            ),
        ),
        migrations.AlterField(
            model_name="kpi",
            name="direction",
            field=models.CharField(
                choices=[
                    ("up", "higher is better"),
                    ("down", "lower is better"),
                    ("between", "between two values is best"),
                ],
                max_length=10,
                verbose_name="direction",
            ),
        ),
        migrations.AlterField(
            model_name="kpi",
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
        migrations.AlterField(
            model_name="kpidefinition",
            name="aggregate",
            field=models.CharField(
                choices=[
                    ("sum", "sum"),
                    ("count", "count"),
                    ("mean", "mean"),
                    ("min", "smallest"),
                    ("max", "largest"),
                    ("last", "last value"),
                    ("p50", "median"),
                    ("p90", "90th percentile"),
                    ("share", "share of scores within limits"),
                    ("ratio", "ratio of two sums"),
                    ("nps", "Net Promoter Score"),
                    ("balance", "running total at the period's end"),
                    ("age", "mean age of what is open at the period's end"),
                    ("formula", "formula over other KPIs"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="kpidefinition",
            name="metric",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kpis.metric",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpidefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("aggregate__in", ("ratio", "age")), ("denominator__isnull", False)),
                    models.Q(
                        models.Q(("aggregate__in", ("ratio", "age")), _negated=True),
                        ("denominator__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="kpis_definition_ratio_has_denominator",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpidefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("aggregate", "share"), ("least_score__range", (0, 10))),
                    models.Q(
                        models.Q(("aggregate", "share"), _negated=True),
                        ("least_score__isnull", True),
                        ("most_score__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="kpis_definition_share_has_limit",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpidefinition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("aggregate", "formula"),
                        ("metric__isnull", True),
                        models.Q(("formula", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("aggregate", "formula"), _negated=True),
                        ("formula", ""),
                        ("metric__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="kpis_definition_metric_or_formula",
            ),
        ),
        migrations.AddConstraint(
            model_name="kpitarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("near_upper__isnull", True), ("upper__isnull", True)),
                    models.Q(
                        ("near__lte", models.F("value")),
                        ("near_upper__gte", models.F("upper")),
                        ("upper__gte", models.F("value")),
                    ),
                    _connector="OR",
                ),
                name="kpis_target_edges_in_order",
            ),
        ),
        migrations.AddField(
            model_name="kpidefinitioninput",
            name="definition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="inputs", to="kpis.kpidefinition"
            ),
        ),
        migrations.AddField(
            model_name="kpidefinitioninput",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="readers", to="kpis.kpi"
            ),
        ),
        migrations.AddField(
            model_name="kpinote",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.membership",
            ),
        ),
        migrations.AddField(
            model_name="kpinote",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="kpis.kpi"
            ),
        ),
        migrations.AddConstraint(
            model_name="kpidefinitioninput",
            constraint=models.UniqueConstraint(
                fields=("definition", "kpi"), name="kpis_definition_input_once"
            ),
        ),
        migrations.AddIndex(
            model_name="kpinote",
            index=models.Index(fields=["kpi", "day"], name="kpis_note_of_day"),
        ),
    ]
