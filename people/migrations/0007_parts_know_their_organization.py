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
UPDATE people_teammembership AS p SET organization_id = w.organization_id FROM people_team AS w WHERE w.id = p.team_id;
UPDATE people_idempotentrequest AS p SET organization_id = w.organization_id FROM people_apitoken AS w WHERE w.id = p.token_id;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0006_versions_of_teams_and_organizations")]

    operations = [
        migrations.AddField("teammembership", "organization", ORGANIZATION),
        migrations.AddField("idempotentrequest", "organization", ORGANIZATION),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
