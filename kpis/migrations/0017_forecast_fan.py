"""Forecasts keep their 50 % interval beside that of 80 %."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_forgotten_changes")]

    operations = [
        migrations.AddField(
            model_name="forecast",
            name="inner_lows",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.FloatField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="forecast",
            name="inner_highs",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.FloatField(), null=True, size=None
            ),
        ),
    ]
