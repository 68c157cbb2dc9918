"""Where a party is paid becomes a row, encrypted; what stood in plain text goes."""

import json
from datetime import UTC, datetime

from django.conf import settings
from django.db import migrations

from milepost.gateways import vault
from milepost.models.base import new_id


def keep(apps, schema_editor):
    parties = apps.get_model("milepost", "Party").objects.exclude(payment_instructions="")
    details = apps.get_model("milepost", "PayeeDetails").objects
    at = datetime.now(UTC)
    for party in parties.iterator():
        lines, id = party.payment_instructions.strip(), new_id("pde")
        if not lines:
            continue
        vault.ensure(settings.KEYS)
        # What was typed by hand may be anything: it stays lines, until an owner states an account.
        plain = {"name": (party.legal_name or party.email)[:70], "iban": "", "bic": "", "lines": lines}
        ending = "".join(each for each in lines if each.isascii() and each.isalnum())[-4:]
        sealed = vault.close(json.dumps(plain).encode(), about=id, keys=settings.KEYS)
        details.create(
            id=id, party=party, kind="lines", sealed=sealed, ending=ending, stated_at=at, takes_effect_at=at
        )


class Migration(migrations.Migration):
    dependencies = [("milepost", "0006_mail_to_each")]
    operations = [
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField(model_name="party", name="payment_instructions"),
    ]
