from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0017_scopes_of_messages_and_imports")]

    operations = [
        migrations.AddField("membership", "entered_at", models.DateTimeField(editable=False, null=True)),
    ]
