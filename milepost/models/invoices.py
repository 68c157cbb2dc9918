"""Invoices and payment requests. Issued ones never change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from milepost.ledger.triggers import append_only
from milepost.models.base import IdField, one_of
from milepost.models.files import File
from milepost.models.milestones import Milestone
from milepost.models.money import Refund
from milepost.models.people import Party, PayeeDetails

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
