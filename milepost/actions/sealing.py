"""The executed copy: the same contract with both signatures, sealed by the installation, stored once."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import papers
from milepost.actions.signing import last_signature
from milepost.core.actors import HOUSE
from milepost.documents import contract
from milepost.events.record import record
from milepost.models import File, Project, Signature, Terms

# The proof of a signature, as its page says it; what is not here was a login alone.
IDENTIFIED: Final[dict[str, Literal["code", "factor"]]] = {"code": "code", "strong": "factor"}


def executed(*, terms: Terms, at: datetime) -> Terms:
    """Renders, seals and keeps the executed copy of terms in force; a second call finds it done."""
    if terms.executed_copy_id or terms.in_force_at is None:
        return terms
    signatures = [_facts(signature) for signature in terms.signatures.order_by("signed_at")]
    execution = {
        "fingerprint": terms.fingerprint,
        "reading_sha256": terms.document.sha256,
        "signatures": signatures,
        "chain_head": last_signature(terms).hash,
    }
    sha256, size = papers.keep_executed_copy(terms, execution, at=at)
    with transaction.atomic():
        project = Project.objects.locked(terms.project_id)
        copy = File.objects.create(
            project=project,
            sha256=sha256,
            size_bytes=size,
            name=_("Agreement, signed.pdf"),
            media_type="application/pdf",
            kept_at=at,
        )
        if Terms.objects.filter(pk=terms.pk, executed_copy=None).update(executed_copy=copy) == 1:
            record(project, "terms.sealed", by=HOUSE, at=at, terms=terms.pk, file=copy.pk, sha256=sha256)
        else:
            transaction.set_rollback(True)
    terms.refresh_from_db()
    return terms


def _facts(signature: Signature) -> contract.SignatureFacts:
    return contract.SignatureFacts(
        side=signature.side,  # type: ignore[arg-type]
        name=signature.name,
        legal_name=signature.legal_name,
        capacity=signature.capacity,
        postal_address=signature.postal_address,
        email=signature.email,
        manner="drawn" if signature.strokes else "typed",
        strokes=_lines(signature.strokes),
        consent_version=signature.consent_version,
        identified=IDENTIFIED.get(signature.proof, "login"),
        ip=signature.address,
        user_agent=signature.agent,
        signed_at=signature.signed_at,
    )


def _lines(strokes: list[object]) -> contract.Strokes:
    """Drawn strokes as lines of whole points, clipped to the box that the signature page has."""
    width, height = contract.STROKES_BOX
    return tuple(
        tuple((_within(point[0], width), _within(point[1], height)) for point in stroke)
        for stroke in strokes
        if isinstance(stroke, list) and stroke
    )


def _within(value: object, most: int) -> int:
    return max(0, min(most, round(float(value)))) if isinstance(value, (int, float)) else 0
