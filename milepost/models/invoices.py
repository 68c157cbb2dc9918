"""Invoices and payment requests. Issued ones never change."""

from __future__ import annotations

from django.db import models

from milepost.ledger.triggers import append_only
from milepost.models.base import IdField, one_of
from milepost.models.files import File
from milepost.models.milestones import Milestone
from milepost.models.people import Party

# Without tax data it is a payment request, never an invoice.
KINDS = ("invoice", "payment_request")


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
    milestone = models.OneToOneField(Milestone, models.PROTECT, related_name="invoice")
    kind = models.CharField(max_length=16)
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # Everything printed, as it was known at issue: names, addresses, lines, tax.
    facts: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField()
    issued_at = models.DateTimeField()
    # The PDF, made afterwards.
    paper = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["issuer", "kind", "serial"], name="invoice_serial"),
            models.UniqueConstraint(fields=["issuer", "number"], name="invoice_number"),
            one_of("kind", KINDS, "invoice_kind"),
        )
        # The worker looks for papers yet to be made every few seconds.
        indexes = (models.Index(fields=["issued_at"], condition=models.Q(paper=None), name="invoice_to_print"),)


append_only(Invoice, may_fill=["paper"])
