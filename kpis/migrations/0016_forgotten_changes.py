from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("kpis", "0015_changes"), ("people", "0010_scopes_of_the_inbox")]

    operations = [
        migrations.AddIndex(
            model_name="kpichange",
            index=models.Index(
                condition=models.Q(("kind", "forgotten")), fields=["organization"], name="kpis_change_forgotten"
            ),
        ),
    ]
