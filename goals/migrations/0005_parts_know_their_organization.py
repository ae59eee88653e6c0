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
UPDATE goals_keyresult AS p SET organization_id = w.organization_id FROM goals_goal AS w WHERE w.id = p.goal_id;
UPDATE goals_checkin AS p SET organization_id = w.organization_id FROM goals_goal AS w WHERE w.id = p.goal_id;
"""


class Migration(migrations.Migration):
    dependencies = [("goals", "0004_fill_final_progress"), ("people", "0001_initial")]

    operations = [
        migrations.AddField("keyresult", "organization", ORGANIZATION),
        migrations.AddField("checkin", "organization", ORGANIZATION),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
