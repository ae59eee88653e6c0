import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0016_fill_search_keys'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('kpis:read', 'Read KPIs'), ('kpis:write', 'Define KPIs, their targets and notes'), ('measurements:write', 'Push measurements'), ('tasks:read', 'Read tasks and projects'), ('tasks:write', 'Change tasks and projects'), ('feedback:read', 'Read feedback, customers and surveys'), ('feedback:write', 'Change feedback, customers and surveys'), ('goals:read', 'Read goals'), ('goals:write', 'Change goals and check in'), ('people:read', 'Read members, teams and the organization'), ('people:write', 'Change members, teams and the organization'), ('tokens:write', 'Make, rotate and revoke tokens'), ('audit:read', 'Read the audit log'), ('inbox:read', 'Read the own inbox and preferences'), ('inbox:write', 'Mark messages read and change the own preferences'), ('webhooks:manage', 'Manage webhooks and read what was sent to them'), ('channels:manage', 'Manage chat channels and read what was sent to people'), ('reminders:read', 'Read reminder rules and working days'), ('reminders:write', 'Change reminder rules and working days'), ('imports:manage', 'Import files of tasks and feedback')], max_length=40), size=None),
        ),
    ]
