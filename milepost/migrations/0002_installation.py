"""The one row of the installation, with the minimum for milestone payment that holds out of the box."""

from django.db import migrations


def make(apps, schema_editor):
    apps.get_model("milepost", "Installation").objects.create(id=1, minimums_minor={"USD": 200_000})


class Migration(migrations.Migration):
    dependencies = [("milepost", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
