"""Invoices and payment requests. Issued ones never change."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from milepost.ledger.triggers import append_only, raise_if, register
from milepost.models.base import IdField, one_of
from milepost.models.files import File
from milepost.models.milestones import Milestone
from milepost.models.money import Refund
from milepost.models.people import Party, PayeeDetails, User

# Without tax data it is a payment request, never an invoice. A credit note takes an invoice back, whole or in part.
KINDS = ("invoice", "payment_request", "credit_note")


class Series(models.Model):
    """The numbers of one issuing party and kind: counted up in the verb that issues, so without a hole."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="series")
    kind = models.CharField(max_length=16)
    prefix = models.CharField(max_length=20, blank=True)
    next_number = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["party", "kind"], name="series_once"),
            one_of("kind", KINDS, "series_kind"),
        )


class SeriesStart(models.Model):
    """A member let a series go on at a higher number: those from `before` to the one below it are left out for good."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="starts")
    before = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    stated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(number__gt=F("before")), name="series_start_higher"),)


append_only(SeriesStart)


class Invoice(models.Model):
    """A paper that asks for, or states, the payment of an approved milestone."""

    id = IdField("inv")
    issuer = models.ForeignKey(Party, models.PROTECT, related_name="issued_invoices")
    recipient = models.ForeignKey(Party, models.PROTECT, related_name="received_invoices")
    # What it asks for; None on a credit note, which names the paper that it corrects instead.
    milestone = models.OneToOneField(Milestone, models.PROTECT, null=True, related_name="invoice")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="credit_notes")
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="credit_note")
    kind = models.CharField(max_length=16)
    # Its place in the series here; None where the issuer gave it a number of its own.
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # Everything printed, as it was known at issue: names, addresses, lines, tax.
    facts: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField()
    issued_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    # Where it is to be paid: the details as they were at issue.
    payee = models.ForeignKey(PayeeDetails, models.PROTECT, null=True, related_name="+")
    # The PDF, made afterwards.
    paper = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["issuer", "kind", "serial"], name="invoice_serial"),
            models.UniqueConstraint(fields=["issuer", "number"], name="invoice_number"),
            # INV-7 and inv-7 are one number to whoever reads them.
            models.UniqueConstraint(F("issuer"), Lower("number"), name="invoice_number_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="invoice_above_zero"),
            one_of("kind", KINDS, "invoice_kind"),
            models.CheckConstraint(condition=Q(milestone=None) ^ Q(corrects=None), name="invoice_or_credit_note"),
            models.CheckConstraint(condition=Q(kind="credit_note") ^ Q(corrects=None), name="invoice_corrects"),
        )
        # The worker looks for papers yet to be made every few seconds.
        indexes = (models.Index(fields=["issued_at"], condition=Q(paper=None), name="invoice_to_print"),)

    @property
    def about(self) -> Milestone:
        """The milestone that it asks for, or that the paper it corrects asked for."""
        corrected = self.corrects
        found = self.milestone if corrected is None else corrected.milestone
        assert found is not None, "a credit note corrects the paper of a milestone"
        return found


append_only(Invoice, may_fill=["paper"])
# A credit note is its paper's issuer's, in its currency; all of them together credit no more than it asks for.
_sqlite, _postgres = raise_if(
    "NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milepost_invoice i WHERE i.id = NEW.corrects_id "
    "AND i.milestone_id IS NOT NULL AND i.issuer_id = NEW.issuer_id AND i.currency = NEW.currency "
    "AND i.amount_minor >= NEW.amount_minor + "
    "(SELECT COALESCE(SUM(c.amount_minor), 0) FROM milepost_invoice c WHERE c.corrects_id = i.id))",
    "milepost_invoice: more would be credited than was asked for",
)
register("milepost_invoice", "milepost_invoice_credited", "BEFORE INSERT", sqlite=_sqlite, postgres=_postgres)
