"""Tokens may define KPIs."""

import django.contrib.postgres.fields
from django.db import migrations, models

SCOPES = [
    ("kpis:read", "Read KPIs"),
    ("kpis:write", "Define KPIs and their targets"),
    ("measurements:write", "Push measurements"),
    ("tasks:read", "Read tasks"),
    ("tasks:write", "Change tasks"),
    ("feedback:read", "Read feedback"),
    ("feedback:write", "Change feedback"),
    ("goals:read", "Read goals"),
]


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=SCOPES, max_length=40), size=None
            ),
        ),
    ]
