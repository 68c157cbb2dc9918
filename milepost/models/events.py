"""The record: one event per deed in the project's chain, and what has to be told of it."""

from __future__ import annotations

from django.db import models

from milepost.ledger.triggers import append_only
from milepost.models.base import IdField, one_of
from milepost.models.people import Party
from milepost.models.projects import Project


class Event(models.Model):
    """One deed, chained to the one before. Never updated, never deleted."""

    id = IdField("evt")
    version = models.PositiveSmallIntegerField()
    project = models.ForeignKey(Project, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    # Canonical JSON text, as it was hashed.
    data = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("project", "number")
        constraints = (models.UniqueConstraint(fields=["project", "number"], name="event_number"),)


append_only(Event)


class Personal(models.Model):
    """A personal value whose commitment stands in an event. This row can be erased; the chain stays whole."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="personal")
    name = models.CharField(max_length=40)
    salt = models.BinaryField()
    value = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "name"], name="personal_once"),)


class Errand(models.Model):
    """Work to be done by the worker: due, leased while under way, tried again with patience, dead at last."""

    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True
        indexes = (
            models.Index(fields=["due_at"], condition=models.Q(done_at=None, dead_at=None), name="%(class)s_due"),
        )


class Announcement(Errand):
    """An event that people have yet to be told of; in the same commit as the event."""

    event = models.OneToOneField(Event, models.PROTECT, related_name="announcement")


class Mail(Errand):
    """One mail to one address. A link or a code in it is minted as it is sent; outside the demo the stored text
    has a placeholder in its place."""

    id = IdField("msg")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="mails")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="mails")
    channel = models.CharField(max_length=12, default="mail")
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    # What is minted as it is sent: "invitation:ivt_...", or empty.
    mints = models.CharField(max_length=60, blank=True)
    attachments: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    written_at = models.DateTimeField()

    class Meta(Errand.Meta):
        constraints = (
            # A purge empties the address of more than one.
            models.UniqueConstraint(
                fields=["event", "party", "to", "channel"], condition=~models.Q(to=""), name="mail_once"
            ),
            one_of("channel", ("mail",), "mail_channel"),
        )
