"""Terms say what was signed, and every file has the bytes that its row says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from milepost.core import terms as core
from milepost.gateways import storage
from milepost.jobs.audit.finding import Finding, pieces
from milepost.models import File, Milestone, Terms, Upload


def findings() -> Iterator[Finding]:
    rows = Terms.objects.filter(body__isnull=False).select_related("reading_copy", "project")
    for piece in pieces(rows.prefetch_related("signatures")):
        numbers = _numbers(piece)
        for terms in piece:
            yield from _terms(terms, numbers)
    for terms in Terms.objects.filter(body=None, in_force_at__isnull=False):
        yield Finding("terms", terms.pk, f"The body of {terms.pk} is gone, though the terms came into force.")
    # What was never in force is purged, and its reading copy with it.
    purged = Terms.objects.filter(body=None, reading_copy__isnull=False).values("reading_copy")
    for files in pieces(File.objects.exclude(pk__in=purged)):
        for file in files:
            yield from _file(file)

    # Drafts say themselves that a contract of one's own is gone; terms need it for their sealed copy.
    bound = Terms.objects.filter(body__isnull=False, upload__isnull=False).values("upload")
    for uploads in pieces(Upload.objects.filter(pk__in=bound)):
        for upload in uploads:
            yield from _file(upload)


def readable(terms: Terms) -> bool:
    """Whether its bytes are terms at all; whose they are is another question."""
    try:
        core.read(bytes(terms.body or b""))
    except (ValueError, TypeError, KeyError, AssertionError):
        return False
    return True


def _terms(terms: Terms, numbers: dict[str, list[str]]) -> Iterator[Finding]:
    body = bytes(terms.body or b"")
    if core.fingerprint(body) != terms.fingerprint:
        yield Finding("fingerprint", terms.pk, f"The bytes of {terms.pk} do not hash to its fingerprint.")
        return
    if not readable(terms):
        yield Finding("terms", terms.pk, f"The bytes of {terms.pk} are no terms.")
        return
    said, document = core.read(body)
    if (said.sender, said.sign_until) != (terms.sender, terms.sign_until):
        yield Finding("terms", terms.pk, f"The row of {terms.pk} says other than its bytes.")
    if json.loads(body)["terms"]["total_minor"] != said.total.minor:
        yield Finding("total", terms.pk, f"The milestones of {terms.pk} do not sum to its total.")
    if terms.reading_copy is None or terms.reading_copy.sha256 != document.sha256:
        yield Finding("document", terms.pk, f"The reading copy of {terms.pk} is not the one that was signed.")
    if (document.kind == "upload") != (terms.upload_id is not None):
        yield Finding("document", terms.pk, f"The contract of {terms.pk} is another one than its bytes say.")
    if terms.status == "in_force" and numbers.get(terms.project_id) != [each.id for each in said.milestones]:
        yield Finding("milestones", terms.pk, f"The milestones of {terms.project_id} are not those of {terms.pk}.")
    if terms.in_force_at is not None:
        yield from _signed(terms, said, terms.in_force_at)


def _signed(terms: Terms, said: core.Terms, at: datetime) -> Iterator[Finding]:
    """In force means: signed before by all that the terms need, each for the party that is meant."""
    project = terms.project
    parties = {"client": project.client_id, "freelancer": project.freelancer_id}
    parties |= {"custodian": said.custodian.party} if said.custodian else {}
    signed = {each.side: each for each in terms.signatures.all() if each.signed_at <= at}
    for side in said.signatures:
        if side not in signed:
            yield Finding("signed", terms.pk, f"{terms.pk} came into force without the signature of the {side}.")
        elif signed[side].party_id != parties.get(side):
            yield Finding("signed", signed[side].pk, f"{signed[side].pk} is not for the {side} of {terms.pk}.")
    if said.uses("custodian") and "custodian" not in said.signatures:
        yield Finding("signed", terms.pk, f"{terms.pk} names a custodian and does not need its signature.")


def _numbers(piece: list[Terms]) -> dict[str, list[str]]:
    """The milestones of each project, in their order."""
    projects = [terms.project_id for terms in piece if terms.status == "in_force"]
    found: dict[str, list[str]] = {}
    for milestone in Milestone.objects.filter(project__in=projects).order_by("project", "number"):
        found.setdefault(milestone.project_id, []).append(milestone.pk)
    return found


def _file(file: File | Upload) -> Iterator[Finding]:
    digest, size = hashlib.sha256(), 0
    try:
        with storage.open_file(settings.FILES, file.sha256) as opened:
            while chunk := opened.read(1024 * 1024):
                digest.update(chunk)
                size += len(chunk)
    except FileNotFoundError:
        yield Finding("file", file.pk, f"The bytes of {file.pk} are gone.")
        return
    if (digest.hexdigest(), size) != (file.sha256, file.size_bytes):
        yield Finding("file", file.pk, f"The bytes of {file.pk} are not those that were kept.")
