"""What is asked of the outside world about money: a row first, unique per purpose; its id is the key used there.

How much is held, released, refunded or paid out is not here: that is read from the books.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from milepost.core.lifecycle import INTENT
from milepost.core.money import Money
from milepost.models.base import IdField, Moving, one_of
from milepost.models.milestones import Milestone
from milepost.models.people import Party

INTENT_STATUSES = sorted({status for status, _ in INTENT} | {step.next for step in INTENT.values()})
LIVE = ("requested", "sent", "unknown")


class Intent(Moving):
    """A funding, payout or refund that a holder is asked for."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="%(class)ss")
    holder = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=12, default="requested")
    requested_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # The provider's own name for it, and what it said when it refused.
    reference = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=["milestone"], condition=Q(status__in=LIVE), name="%(class)s_one_live"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="%(class)s_above_zero"),
            one_of("status", INTENT_STATUSES, "%(class)s_status"),
        )
        indexes = (models.Index(fields=["status", "due_at"], name="%(class)s_due"),)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Funding(Intent):
    """The client's money for one milestone, collected by its holder."""

    id = IdField("fun")
    arrived_minor = models.BigIntegerField(null=True)


class Payout(Intent):
    """The freelancer's money for one milestone, paid out by its holder."""

    id = IdField("pay")


class Refund(Intent):
    """Money of one milestone that goes back to the client. `source` is the path that it is taken from."""

    id = IdField("ref")
    source = models.CharField(max_length=120)

    class Meta(Intent.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["milestone", "source"], condition=Q(status__in=LIVE), name="%(class)s_one_live"
            ),
            *Intent.Meta.constraints[1:],
        )


class Payment(models.Model):
    """Holder `nobody`: the client said sent; the freelancer said received."""

    id = IdField("pmt")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="payments")
    sent_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    unsent_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["milestone"], condition=Q(unsent_at=None), name="payment_one"),)
