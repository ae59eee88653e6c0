"""A new time zone of an organization asks again which of its tasks were done on time."""

import django.db.models.deletion
from django.db import migrations, models

# Its name comes before kpis_log_calendar, so it fires first: the worker, too, locks its row before the calendar.
FOLLOW = """
CREATE FUNCTION tasks_ask_for_on_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO tasks_ontimerebuild (organization_id, rebuilt_through) VALUES (NEW.id, 0)
    ON CONFLICT (organization_id) DO UPDATE SET rebuilt_through = 0;
    RETURN NULL;
END $$;
CREATE TRIGGER ask_for_on_time AFTER UPDATE OF time_zone ON people_organization
    FOR EACH ROW WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION tasks_ask_for_on_time();
"""
UNDO = """
DROP TRIGGER ask_for_on_time ON people_organization;
DROP FUNCTION tasks_ask_for_on_time;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("tasks", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="OnTimeRebuild",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.organization",
                    ),
                ),
                ("rebuilt_through", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(FOLLOW, UNDO),
    ]
