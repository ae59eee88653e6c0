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
UPDATE kpis_kpidefinition AS p SET organization_id = w.organization_id FROM kpis_kpi AS w WHERE w.id = p.kpi_id;
UPDATE kpis_kpidefinitioninput AS p SET organization_id = w.organization_id FROM kpis_kpidefinition AS w WHERE w.id = p.definition_id;
UPDATE kpis_kpitarget AS p SET organization_id = w.organization_id FROM kpis_kpi AS w WHERE w.id = p.kpi_id;
UPDATE kpis_kpinote AS p SET organization_id = w.organization_id FROM kpis_kpi AS w WHERE w.id = p.kpi_id;
UPDATE kpis_kpistate AS p SET organization_id = w.organization_id FROM kpis_kpi AS w WHERE w.id = p.kpi_id;
UPDATE kpis_forecast AS p SET organization_id = w.organization_id FROM kpis_kpi AS w WHERE w.id = p.kpi_id;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0012_progress_of_complete_days"), ("people", "0001_initial")]

    operations = [
        migrations.AddField("kpidefinition", "organization", ORGANIZATION),
        migrations.AddField("kpidefinitioninput", "organization", ORGANIZATION),
        migrations.AddField("kpitarget", "organization", ORGANIZATION),
        migrations.AddField("kpinote", "organization", ORGANIZATION),
        migrations.AddField("kpistate", "organization", ORGANIZATION),
        migrations.AddField("forecast", "organization", ORGANIZATION),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
