"""Rows that are part of another one carry its organization, so that the database can keep organizations apart."""

import django.db.models.deletion
from django.db import migrations, models

ORGANIZATION = models.ForeignKey(
    db_constraint=False,
    db_default=0,
    db_index=False,
    editable=False,
    on_delete=django.db.models.deletion.DO_NOTHING,
    related_name="+",
    to="people.organization",
)
FILL = """
UPDATE tasks_transition AS p SET organization_id = w.organization_id FROM tasks_task AS w WHERE w.id = p.task_id;
"""


class Migration(migrations.Migration):
    dependencies = [("tasks", "0003_versions_of_projects"), ("people", "0001_initial")]

    operations = [
        migrations.AddField("transition", "organization", ORGANIZATION),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
