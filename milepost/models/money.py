"""What is asked of the outside world about money: a row first, unique per purpose; its id is the key used there.

How much is held, released, refunded or paid out is not here: that is read from the books.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from milepost.core.lifecycle import ARRIVAL, INTENT
from milepost.core.money import Money
from milepost.models.base import IdField, Moving, one_of
from milepost.models.milestones import Milestone
from milepost.models.people import Party, PayeeDetails, User

INTENT_STATUSES = sorted({status for status, _ in INTENT} | {step.next for step in INTENT.values()})
LIVE = ("requested", "sent", "unknown")
ARRIVAL_STATUSES = sorted({status for status, _ in ARRIVAL} | {step.next for step in ARRIVAL.values()})


def _one_of_four(*fields: str) -> Q:
    """Exactly one of these is there."""
    several = Q()
    for field in fields:
        others = {f"{other}__isnull": True for other in fields if other != field}
        several |= Q(**{f"{field}__isnull": False}, **others)
    return several


class Intent(Moving):
    """A funding, payout or refund that a holder is asked for."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="%(class)ss")
    # Its branch in the books: `sandbox`, `custodian/par_...`.
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
    # What has arrived for it until now, what was too much included.
    arrived_minor = models.BigIntegerField(null=True)
    # Holder `freelancer`: the details as they were when it was asked for. A custodian's stand in the terms.
    payee = models.ForeignKey(PayeeDetails, models.PROTECT, null=True, related_name="+")


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

    @property
    def given_back(self) -> bool:
        """It was the freelancer's already, and goes back because the freelancer wants it to."""
        return self.source.startswith("outside/")


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


class OverdueNotice(models.Model):
    """A payment that is due was asked for again: notice `number` of those that there are."""

    id = IdField("ovn")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="overdue_notices")
    number = models.PositiveSmallIntegerField()
    noticed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["milestone", "number"], name="overdue_notice_once"),)


class Arrival(Moving):
    """Money that a holder's people say has arrived on its account; booked as it is applied or set aside."""

    id = IdField("arr")
    # The custodian, or the freelancer who takes a deposit.
    holder = models.ForeignKey(Party, models.PROTECT, related_name="arrivals")
    # What it is for; None while nobody knows.
    funding = models.ForeignKey(Funding, models.PROTECT, null=True, related_name="arrivals")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    arrived_on = models.DateField()
    # As the statement shows them.
    reference = models.CharField(max_length=200, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=12, default="noted")
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # Why it could not be applied, in words for the page.
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="arrival_above_zero"),
            models.CheckConstraint(condition=~Q(status="applied", funding=None), name="arrival_applied_to"),
            one_of("status", ARRIVAL_STATUSES, "arrival_status"),
        )
        indexes = (models.Index(fields=["holder", "status"], name="arrival_by_status"),)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Said(models.Model):
    """A person's word about money outside the house: that it arrived, was sent or was received.

    Above a custodian's limit two different people have to say the same. `user` None: a guest, proved by code.
    """

    id = IdField("sai")
    word = models.CharField(max_length=8)
    arrival = models.ForeignKey(Arrival, models.PROTECT, null=True, related_name="said")
    funding = models.ForeignKey(Funding, models.PROTECT, null=True, related_name="said")
    payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="said")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="said")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            one_of("word", ("arrived", "sent", "received", "returned"), "said_word"),
            models.CheckConstraint(
                condition=_one_of_four("arrival", "funding", "payout", "refund"), name="said_of_one"
            ),
            *(
                models.UniqueConstraint(
                    fields=[about, "word", "party", "user"],
                    condition=Q(taken_back_at=None),
                    name=f"said_{about}_once",
                )
                for about in ("arrival", "funding", "payout", "refund")
            ),
        )
