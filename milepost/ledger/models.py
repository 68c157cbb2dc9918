"""The tables of the books, for reading; `book` is their only writer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from milepost.core.money import AMOUNT_MAX
from milepost.ledger.triggers import append_only, never_deleted

# These accounts may go below zero: the world, a provider's costs, a claim after a chargeback.
MAY_GO_BELOW = Q(path__startswith="outside/") | Q(path__startswith="chargeback/") | Q(path__contains="/costs/")


class Account(models.Model):
    """One path in one currency: two counters that only grow. The balance is `credits - debits`."""

    path = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    # Minor units that left and that arrived.
    debits = models.BigIntegerField(default=0)
    credits = models.BigIntegerField(default=0)
    # True: the balance never goes below zero. Follows from the path.
    floor = models.BooleanField()
    # The transfer that made the counters what they are; 0 before the first.
    last_transfer = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["path", "currency"], name="ledger_account_once"),
            models.CheckConstraint(condition=Q(debits__gte=0, credits__gte=0), name="ledger_account_counters"),
            models.CheckConstraint(
                condition=Q(floor=False) | Q(credits__gte=F("debits")), name="ledger_account_above_floor"
            ),
            models.CheckConstraint(
                condition=Q(floor=True) & ~MAY_GO_BELOW | Q(floor=False) & MAY_GO_BELOW, name="ledger_account_floor"
            ),
        )
        # PostgreSQL finds what lies under a path by this; elsewhere it is an index like another.
        indexes = (models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="ledger_account_under"),)

    def __str__(self) -> str:
        return f"{self.path} {self.currency}"


# What an UPDATE of it may do is said in `guards`.
never_deleted(Account)


class Posting(models.Model):
    """What one verb moved. Holds no personal data and knows no project: `subject` is a text, `mil_...`."""

    key = models.CharField(max_length=200)
    # SHA-256 of what was asked for; see `book.request_text`.
    request_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="+")
    happened_at = models.DateTimeField()
    posted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key"], name="ledger_posting_once"),
            models.UniqueConstraint(fields=["corrects"], name="ledger_posting_corrected_once"),
        )
        indexes = (models.Index(fields=["subject"], name="ledger_posting_subject"),)

    def __str__(self) -> str:
        return self.key


append_only(Posting)


class Transfer(models.Model):
    """One amount from one account to another: both sides in one row, so no posting is ever unbalanced."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="transfers")
    source = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    target = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")
    # Minor units.
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=AMOUNT_MAX), name="ledger_transfer_amount"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="ledger_transfer_moves"),
        )
        indexes = (
            models.Index(fields=["source", "id"], name="ledger_transfer_source"),
            models.Index(fields=["target", "id"], name="ledger_transfer_target"),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


append_only(Transfer)


class Checkpoint(models.Model):
    """The books up to one posting under one hash, chained to the checkpoint before. To be kept elsewhere too."""

    number = models.PositiveIntegerField(unique=True)
    up_to = models.OneToOneField(Posting, models.PROTECT, related_name="+")
    # What was moved since the books began, per currency, in minor units.
    sums: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField()
    # SHA-256 over the checkpoint before and the postings since; see `checkpoints`.
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.hash


append_only(Checkpoint)
