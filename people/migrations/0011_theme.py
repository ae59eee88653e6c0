from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0010_scopes_of_the_inbox'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='theme',
            field=models.CharField(choices=[('system', 'As the device'), ('light', 'Light'), ('dark', 'Dark')], default='system', max_length=10, verbose_name='appearance'),
        ),
    ]
