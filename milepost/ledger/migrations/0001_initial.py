"""The books. Their triggers are no part of it: `installation` puts them in after every migration."""

from django.db import migrations, models
from django.db.models import F, PROTECT, Q

MAY_GO_BELOW = Q(path__startswith="outside/") | Q(path__startswith="chargeback/") | Q(path__contains="/costs/")


def row_id():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                row_id(),
                ("path", models.CharField(max_length=200)),
                ("currency", models.CharField(max_length=3)),
                ("debits", models.BigIntegerField(default=0)),
                ("credits", models.BigIntegerField(default=0)),
                ("floor", models.BooleanField()),
                ("last_transfer", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["path"], name="ledger_account_under", opclasses=["text_pattern_ops"]),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["path", "currency"], name="ledger_account_once"),
                    models.CheckConstraint(condition=Q(debits__gte=0, credits__gte=0), name="ledger_account_counters"),
                    models.CheckConstraint(
                        condition=Q(floor=False) | Q(credits__gte=F("debits")), name="ledger_account_above_floor"
                    ),
                    models.CheckConstraint(
                        condition=Q(floor=True) & ~MAY_GO_BELOW | Q(floor=False) & MAY_GO_BELOW,
                        name="ledger_account_floor",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                row_id(),
                ("key", models.CharField(max_length=200)),
                ("request_hash", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=200)),
                ("happened_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField()),
                ("corrects", models.ForeignKey("ledger.posting", PROTECT, null=True, db_index=False, related_name="+")),
            ],
            options={
                "indexes": [models.Index(fields=["subject"], name="ledger_posting_subject")],
                "constraints": [
                    models.UniqueConstraint(fields=["key"], name="ledger_posting_once"),
                    models.UniqueConstraint(fields=["corrects"], name="ledger_posting_corrected_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                row_id(),
                ("posting", models.ForeignKey("ledger.posting", PROTECT, related_name="transfers")),
                ("source", models.ForeignKey("ledger.account", PROTECT, db_index=False, related_name="+")),
                ("target", models.ForeignKey("ledger.account", PROTECT, db_index=False, related_name="+")),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source", "id"], name="ledger_transfer_source"),
                    models.Index(fields=["target", "id"], name="ledger_transfer_target"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=10**15), name="ledger_transfer_amount"),
                    models.CheckConstraint(condition=~Q(source=F("target")), name="ledger_transfer_moves"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                row_id(),
                ("number", models.PositiveIntegerField(unique=True)),
                ("up_to", models.OneToOneField("ledger.posting", PROTECT, related_name="+")),
                ("sums", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
            ],
        ),
    ]
