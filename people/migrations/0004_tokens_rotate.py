"""Tokens rotate, name their networks, and have more scopes."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_roles_invitations_and_signing_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='allowed_networks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='previous_hash',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='previous_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='apitoken',
            name='rotated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('kpis:read', 'Read KPIs'), ('kpis:write', 'Define KPIs, their targets and notes'), ('measurements:write', 'Push measurements'), ('tasks:read', 'Read tasks and projects'), ('tasks:write', 'Change tasks and projects'), ('feedback:read', 'Read feedback, customers and surveys'), ('feedback:write', 'Change feedback, customers and surveys'), ('goals:read', 'Read goals'), ('goals:write', 'Change goals and check in'), ('people:read', 'Read members, teams and the organization'), ('people:write', 'Change members, teams and the organization'), ('tokens:write', 'Make, rotate and revoke tokens'), ('audit:read', 'Read the audit log')], max_length=40), size=None),
        ),
    ]
