"""The names there are get their keys."""

from django.db import migrations

from common.pinyin import typed_keys


def fill(apps, _schema_editor):
    users = apps.get_model("people", "User").objects
    for pk, name in users.values_list("pk", "name").iterator():
        users.filter(pk=pk).update(search_keys=typed_keys(name))


class Migration(migrations.Migration):
    dependencies = [("people", "0015_search_keys_and_home_team")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
