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
UPDATE feedback_reply AS p SET organization_id = w.organization_id FROM feedback_feedbackitem AS w WHERE w.id = p.item_id;
UPDATE feedback_transition AS p SET organization_id = w.organization_id FROM feedback_feedbackitem AS w WHERE w.id = p.item_id;
UPDATE feedback_feedbacktask AS p SET organization_id = w.organization_id FROM feedback_feedbackitem AS w WHERE w.id = p.item_id;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_versions_of_customers_themes_surveys"), ("people", "0001_initial")]

    operations = [
        migrations.AddField("reply", "organization", ORGANIZATION),
        migrations.AddField("transition", "organization", ORGANIZATION),
        migrations.AddField("feedbacktask", "organization", ORGANIZATION),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
