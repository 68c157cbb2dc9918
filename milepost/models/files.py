"""Files by the SHA-256 of their bytes: what was delivered, and the papers that the house made."""

from __future__ import annotations

from django.db import models

from milepost.ledger.triggers import append_only
from milepost.models.base import IdField
from milepost.models.people import Party, User
from milepost.models.projects import Project


class File(models.Model):
    """A file of a project. The bytes lie under DATA/files by their hash; the same bytes are kept once."""

    id = IdField("fil")
    project = models.ForeignKey(Project, models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["sha256"], name="file_sha256"),)

    def __str__(self) -> str:
        return self.name


append_only(File)


class Upload(models.Model):
    """A contract of one's own, as it was rewritten without anything that acts. Drafts name it by its id."""

    id = IdField("upl")
    party = models.ForeignKey(Party, models.PROTECT, related_name="uploads")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Of the rewritten PDF, kept under DATA/files by it; and of the bytes as they came.
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    pages = models.PositiveIntegerField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


append_only(Upload)
