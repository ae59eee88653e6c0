"""The audit log is read newest first, whatever it is narrowed by; writers go on while the index is built."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("activity", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "event", models.Index(fields=["organization", "-id"], name="activity_event_newest")
        )
    ]
