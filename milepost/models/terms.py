"""Terms as sent, and what each side did with them. The bytes never change."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.db import models
from django.db.models import Q

from milepost.core import terms as core
from milepost.core.catalogue import SIDES, SIGNERS, Side
from milepost.core.lifecycle import TERMS
from milepost.ledger.triggers import append_only, raise_if, register
from milepost.models.base import IdField, Moving, one_of
from milepost.models.files import File, Upload
from milepost.models.people import Party, User
from milepost.models.projects import Project

TERMS_STATUSES = sorted({status for status, _ in TERMS} | {step.next for step in TERMS.values()})


class Terms(Moving):
    """One version of what is to be agreed, under one fingerprint."""

    id = IdField("trm")
    project = models.ForeignKey(Project, models.PROTECT, related_name="all_terms")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, default="offered")
    sender = models.CharField(max_length=12)
    # The canonical bytes; null only after they were purged because they never came into force.
    body = models.BinaryField(null=True)
    fingerprint = models.CharField(max_length=64)
    reading_copy = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    executed_copy = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    # The contract of one's own that stands before the schedule in both copies; none: the template.
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField()
    sign_until = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="terms_number"),
            models.UniqueConstraint(fields=["project"], condition=Q(status="in_force"), name="terms_one_in_force"),
            models.UniqueConstraint(fields=["project"], condition=Q(status="offered"), name="terms_one_offered"),
            one_of("status", TERMS_STATUSES, "terms_status"),
            one_of("sender", SIDES, "terms_sender"),
        )
        # The worker looks for copies yet to be sealed every few seconds.
        indexes = (
            models.Index(
                fields=["in_force_at"], condition=Q(executed_copy=None, in_force_at__isnull=False), name="terms_to_seal"
            ),
        )

    @cached_property
    def _read(self) -> tuple[core.Terms, core.Document]:
        assert self.body is not None, "these terms were purged"
        return core.read(bytes(self.body))

    @property
    def said(self) -> core.Terms:
        """What the terms say, read from their bytes."""
        return self._read[0]

    @property
    def document(self) -> core.Document:
        return self._read[1]

    @property
    def recipient(self) -> Side:
        return "freelancer" if self.sender == "client" else "client"


append_only(Terms, may_change=["status"], may_fill=["in_force_at", "ended_at", "executed_copy"], may_empty=["body"])
# The body goes only from terms that never came into force.
_sqlite, _postgres = raise_if(
    "NEW.body IS NULL AND OLD.in_force_at IS NOT NULL", "milepost_terms: what was in force is kept"
)
register("milepost_terms", "milepost_terms_kept", "BEFORE UPDATE", sqlite=_sqlite, postgres=_postgres)


# What people did with terms goes with their body, when they never came into force and were purged.
NOT_PURGED = "EXISTS (SELECT 1 FROM milepost_terms t WHERE t.id = OLD.terms_id AND t.body IS NOT NULL)"


class Signature(models.Model):
    """One side, or the custodian, signed the fingerprint: who, when, how known, and what they consented to."""

    id = IdField("sig")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=12)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200)
    capacity = models.CharField(max_length=200, blank=True)
    postal_address = models.TextField(max_length=500)
    email = models.EmailField()
    # Strokes of a drawn line as [[x, y, t, pressure], ...] lists; empty when the name was typed.
    strokes: models.JSONField[list[object], list[object]] = models.JSONField(default=list)
    consent_version = models.PositiveSmallIntegerField()
    proof = models.CharField(max_length=8)
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["terms", "side"], name="signature_once"),
            one_of("side", SIGNERS, "signature_side"),
        )


append_only(Signature, where=NOT_PURGED)


class Answer(models.Model):
    """The other side asked for a change or declined, in words; or the sender withdrew."""

    id = IdField("ans")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="answers")
    verb = models.CharField(max_length=12)
    words = models.TextField(max_length=5000, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    ASK_CHANGE: ClassVar[str] = "ask_change"

    class Meta:
        constraints = (one_of("verb", ("ask_change", "decline", "withdraw"), "answer_verb"),)


append_only(Answer, where=NOT_PURGED)
