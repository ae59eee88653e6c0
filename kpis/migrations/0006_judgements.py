"""Where a KPI stands, signals, forecasts, and who reads the BI views."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0005_definitions")]

    operations = [
        migrations.CreateModel(
            name="BiReader",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role_name", models.CharField(max_length=63, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Forecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "grain",
                    models.CharField(
                        choices=[
                            ("hour", "Hour"),
                            ("day", "Day"),
                            ("week", "Week"),
                            ("month", "Month"),
                            ("quarter", "Quarter"),
                            ("year", "Year"),
                        ],
                        max_length=8,
                    ),
                ),
                ("made_on", models.DateField()),
                (
                    "starts_on",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), size=None),
                ),
                (
                    "points",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None),
                ),
                (
                    "lows",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None),
                ),
                (
                    "highs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None),
                ),
                ("method", models.CharField(max_length=120)),
                ("mase", models.FloatField(null=True)),
                ("naive_mase", models.FloatField(null=True)),
                ("coverage", models.FloatField(null=True)),
                ("beats_naive", models.BooleanField()),
                ("seen_version", models.BigIntegerField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="KpiState",
            fields=[
                (
                    "kpi",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="state",
                        serialize=False,
                        to="kpis.kpi",
                    ),
                ),
                ("on", models.DateField()),
                ("value", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
                ("n", models.BigIntegerField(default=0)),
                ("target", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("on_target", "On target"),
                            ("near", "Near target"),
                            ("off_target", "Off target"),
                            ("no_target", "No target"),
                            ("too_few", "Too few data points"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("seen_version", models.BigIntegerField(default=0)),
                ("kpi_version", models.PositiveIntegerField(default=0)),
                ("judged_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("watched_on", models.DateField(null=True)),
                ("watched_version", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Signal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("shift", "shift"),
                            ("spike", "outlier"),
                            ("spread", "changed variation"),
                            ("target", "off target"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "trend",
                    models.CharField(
                        choices=[("up", "higher than expected"), ("down", "lower than expected")],
                        max_length=4,
                    ),
                ),
                ("is_good", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("acknowledged", "Acknowledged"),
                            ("task_opened", "Task opened"),
                            ("closed", "Closed"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("value", models.DecimalField(decimal_places=6, max_digits=38)),
                ("expected", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
                ("low", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
                ("high", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                ("task_id", models.BigIntegerField(null=True)),
                (
                    "ending",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("back_inside", "back inside its limits"),
                            ("new_baseline", "this is the new normal"),
                            ("false_alarm", "false alarm"),
                            ("solved", "solved"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ending_reason", models.TextField(blank=True, verbose_name="reason")),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="bireader",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organization"
            ),
        ),
        migrations.AddField(
            model_name="forecast",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="forecasts", to="kpis.kpi"
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="kpi",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="signals", to="kpis.kpi"
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organization"
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.membership",
            ),
        ),
        migrations.AddField(
            model_name="signal",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.team"
            ),
        ),
        migrations.AddConstraint(
            model_name="forecast",
            constraint=models.UniqueConstraint(fields=("kpi", "grain"), name="kpis_forecast_once_per_grain"),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                models.F("organization"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("state__in", ("new", "acknowledged", "task_opened"))),
                name="kpis_signal_open",
            ),
        ),
        migrations.AddIndex(
            model_name="signal",
            index=models.Index(
                models.F("kpi"),
                models.OrderBy(models.F("first_on"), descending=True),
                name="kpis_signal_of_kpi",
            ),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("new", "acknowledged", "task_opened"))),
                fields=("kpi", "team", "kind", "trend"),
                name="kpis_signal_open_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", False),
                        ("state", "closed"),
                        models.Q(("ending", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        ("closed_at__isnull", True),
                        ("ending", ""),
                    ),
                    _connector="OR",
                ),
                name="kpis_signal_closed_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="signal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "task_opened"), _negated=True),
                    ("task_id__isnull", False),
                    _connector="OR",
                ),
                name="kpis_signal_has_its_task",
            ),
        ),
    ]
