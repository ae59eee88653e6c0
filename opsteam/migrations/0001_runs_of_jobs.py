"""When periodic jobs last ran."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="JobRun",
            fields=[
                ("job", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("ticked_at", models.DateTimeField(null=True)),
                ("succeeded_at", models.DateTimeField(null=True)),
                ("failed_at", models.DateTimeField(null=True)),
                ("seconds", models.FloatField(default=0)),
            ],
        ),
    ]
