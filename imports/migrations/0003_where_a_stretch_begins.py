from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0002_samples'),
    ]

    operations = [
        migrations.AddField(
            model_name='fileimport',
            name='bytes_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fileimport',
            name='lines_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='fileimport',
            name='size_bytes',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='fileimport',
            name='state',
            field=models.CharField(choices=[('looked', 'Columns to be confirmed'), ('checking', 'Being checked'), ('checked', 'Checked'), ('storing', 'Being stored'), ('stored', 'Stored'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='looked', max_length=10),
        ),
        migrations.AlterField(
            model_name='importpart',
            name='kind',
            field=models.CharField(choices=[('file', 'File'), ('report', 'Report'), ('keys', 'Keys')], max_length=10),
        ),
    ]
