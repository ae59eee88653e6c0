"""Goals closed so far had reached what their last check-in says."""

from django.db import migrations

FILL = """
UPDATE goals_goal AS g SET final_progress = least(greatest(newest.progress, 0), 1)
FROM (SELECT DISTINCT ON (goal_id) goal_id, progress FROM goals_checkin ORDER BY goal_id, at DESC, id DESC) AS newest
WHERE newest.goal_id = g.id AND g.status = 'closed'
"""


class Migration(migrations.Migration):
    dependencies = [("goals", "0003_final_progress")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
