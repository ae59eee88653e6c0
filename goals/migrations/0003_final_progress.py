"""What a goal had reached when it was closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("goals", "0002_kpi_links")]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="final_progress",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=5, null=True),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("final_progress__isnull", True),
                    models.Q(("final_progress__range", (0, 1)), ("status", "closed")),
                    _connector="OR",
                ),
                name="goals_goal_final_progress_when_closed",
            ),
        ),
    ]
