from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0012_versions_of_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='hides_first_steps',
            field=models.BooleanField(default=False),
        ),
    ]
