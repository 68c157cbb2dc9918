"""Milestones and what was done about them. What they are worth is read from the terms, what was paid from the books."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from milepost.core import terms as core
from milepost.core.actors import Actor
from milepost.core.catalogue import Holder
from milepost.core.lifecycle import MILESTONE
from milepost.core.money import Money
from milepost.ledger.triggers import append_only
from milepost.models.base import IdField, Moving, one_of
from milepost.models.files import File
from milepost.models.people import Party
from milepost.models.projects import Project

MILESTONE_STATUSES = sorted({status for status, _ in MILESTONE} | {step.next for step in MILESTONE.values()})


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(project__in=Project.objects.visible_to(actor))


class Milestone(Moving):
    """A checkpoint of the terms in force; its id is the one minted in the draft."""

    id = IdField("mil")
    project = models.ForeignKey(Project, models.PROTECT, related_name="milestones")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, default="planned")
    moved_at = models.DateTimeField()

    objects: ClassVar[MilestoneQuerySet] = MilestoneQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["project", "number"], name="milestone_number"),
            one_of("status", MILESTONE_STATUSES, "milestone_status"),
        )
        indexes = (
            models.Index(fields=["status"], name="milestone_by_status"),
            # The worker looks every few seconds for papers of what was approved and closed in one.
            models.Index(fields=["moved_at"], condition=Q(status="closed"), name="milestone_closed"),
        )

    def __str__(self) -> str:
        return self.said.title

    @property
    def said(self) -> core.Milestone:
        """What the terms in force say of it."""
        return self.project.agreed.said.milestone(self.id)

    @property
    def amount(self) -> Money:
        return self.project.agreed.said.amount(self.said)

    @property
    def holder(self) -> Holder:
        return self.project.agreed.said.holder_of(self.said)

    @property
    def branch(self) -> str:
        """What stands before its holder's accounts in the books."""
        return self.project.branch(self.holder)


class Delivery(models.Model):
    """The freelancer handed deliverables over. The review window hangs on it."""

    id = IdField("dvy")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="deliveries")
    number = models.PositiveIntegerField()
    note = models.TextField(max_length=5000, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()
    # Set once: the mail server accepted the notice, or the client looked, whichever came first.
    review_starts_at = models.DateTimeField(null=True)
    review_ends_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["milestone", "number"], name="delivery_number"),)
        indexes = (models.Index(fields=["review_ends_at"], name="delivery_review_ends"),)


append_only(Delivery, may_change=["review_ends_at"], may_fill=["review_starts_at"])


class Extension(models.Model):
    """The client took more time for the review of a delivery: once, as the terms allow."""

    id = IdField("ext")
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="extension")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    ended_before_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    given_at = models.DateTimeField()


append_only(Extension)


class DeliveredItem(models.Model):
    """A file or a link, for one deliverable of the terms (or for the milestone as a whole)."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="items")
    deliverable = models.CharField(max_length=32, blank=True)
    file = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    link = models.URLField(max_length=2000, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(file=None) ^ Q(link=""), name="delivered_item_file_or_link"),)


append_only(DeliveredItem)


class Review(models.Model):
    """The client, or the clock, answered a delivery."""

    id = IdField("rev")
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="review")
    verdict = models.CharField(max_length=16)
    words = models.TextField(max_length=5000, blank=True)
    by_clock = models.BooleanField(default=False)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = (
            one_of("verdict", ("approved", "changes"), "review_verdict"),
            models.CheckConstraint(condition=Q(by_clock=True) ^ Q(party__isnull=False), name="review_by_one"),
            models.CheckConstraint(condition=~Q(by_clock=True, verdict="changes"), name="review_clock_approves"),
        )


append_only(Review)


class Cancellation(models.Model):
    """The client asked to cancel, or the milestone was cancelled; with a reason."""

    id = IdField("can")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="cancellations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=5000, blank=True)
    asked_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
