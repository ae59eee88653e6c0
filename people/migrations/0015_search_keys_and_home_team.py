"""What one types to find a person, and the team with whose eyes a member looks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0014_drafts")]

    operations = [
        migrations.AddField(
            "user", "search_keys", models.TextField(blank=True, db_default="", default="", editable=False)
        ),
        migrations.AddField(
            "membership",
            "home_team",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="people.team",
            ),
        ),
    ]
