"""Signing: what a person gives as they sign, and the moment when both have."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import milestones
from milepost.actions.rights import must_be
from milepost.core.actors import HOUSE, Actor
from milepost.core.catalogue import DocumentKind, Signer
from milepost.core.lifecycle import TERMS, step
from milepost.core.refusals import Refused, Several, Stale
from milepost.documents.consents import CURRENT, MANDATE
from milepost.documents.fonts import missing_characters
from milepost.events.record import record
from milepost.models import Event, Milestone, Party, Project, Signature, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What a person gives as they sign: typed `name`, or drawn `strokes` with the name beside them."""

    name: str
    legal_name: str
    postal_address: str
    capacity: str = ""
    strokes: list[object] = field(default_factory=list)
    consent: bool = False
    # Ticked beside a contract of one's own: the schedule governs.
    governs: bool = False

    def check(self, document: DocumentKind = "template") -> None:
        """Refuses, each at its field, what a signature page could not show, and what was not agreed to."""
        wrong = [
            Refused(sentence, field=name)
            for name, sentence in (
                ("name", _("Type your name: it is your signature.")),
                ("legal_name", _("Type the legal name of the party you sign for.")),
                ("postal_address", _("Type the postal address: a written contract needs it.")),
            )
            if not getattr(self, name).strip()
        ]
        for name, most in (("name", 200), ("legal_name", 200), ("capacity", 200), ("postal_address", 500)):
            if len(getattr(self, name)) > most:
                wrong.append(Refused(_("At most %(most)d characters.") % {"most": most}, field=name))
            elif missing := missing_characters(getattr(self, name)):
                words = _("The contract can't be printed with %(characters)s. Type it another way.")
                wrong.append(Refused(words % {"characters": " ".join(missing)}, field=name))
        if not self.consent:
            wrong.append(
                Refused(_("Tick the box: without your consent there is no electronic signature."), field="consent")
            )
        if document == "upload" and not self.governs:
            sentence = _("Tick the box: with a contract of one’s own, both have to know what the schedule governs.")
            wrong.append(Refused(sentence, field="governs"))
        if len(str(self.strokes)) > 100_000:
            wrong.append(Refused(_("The drawing is too long. Clear it and draw a simpler line."), field="strokes"))
        if wrong:
            raise Several(wrong)


def sign(*, terms: Terms, signing: Signing, by: Actor, at: datetime) -> Terms:
    """The other side signs, or the custodian accepts the mandate. With the last signature that the terms need they
    are in force and their milestones exist.

    Refuses (`Stale`) terms that are no longer offered, an expired offer, a second signature of the same side.
    """
    may(terms, "sign", by, terms.project)
    if terms.sign_until <= at:
        raise Stale(_("The time to sign ran out. Ask the sender to send the proposal again."))
    # The schedule governs between the two sides; a custodian signs for its mandate alone.
    signing.check("template" if terms.project.signer_of(by) == "custodian" else terms.document.kind)
    by.must_have_proved()
    with transaction.atomic():
        project, terms = locked(terms)
        may(terms, "sign", by, project)
        must_be(by=by, act="sign")
        side = project.signer_of(by)
        signed = set(terms.signatures.values_list("side", flat=True))
        if side in signed:
            raise Stale(_("You have signed these terms already."))
        put_signature(terms, side, signing, project, by, at)
        if signed | {side} >= set(terms.said.signatures):
            terms.move(step(TERMS, terms.status, "enter_force", {"house"}), in_force_at=at)
            _enter_force(terms, project, at)
    return terms


def put_signature(terms: Terms, side: Signer, signing: Signing, project: Project, by: Actor, at: datetime) -> Signature:
    consent = MANDATE if side == "custodian" else CURRENT[terms.document.kind]
    signature = Signature.objects.create(
        terms=terms,
        side=side,
        party_id=by.party,
        user_id=by.person or None,
        fingerprint=terms.fingerprint,
        name=signing.name.strip(),
        legal_name=signing.legal_name.strip(),
        capacity=signing.capacity.strip(),
        postal_address=signing.postal_address.strip(),
        email=by.email,
        strokes=signing.strokes,
        consent_version=consent,
        proof=by.proof,
        address=by.address,
        agent=by.agent,
        signed_at=at,
    )
    # A guest's party learns its legal name from its signature.
    Party.objects.filter(pk=by.party, legal_name="").update(
        legal_name=signature.legal_name, postal_address=signature.postal_address
    )
    personal = {
        "name": signature.name,
        "legal_name": signature.legal_name,
        "capacity": signature.capacity,
        "postal_address": signature.postal_address,
        "email": signature.email,
        "address": signature.address,
        "agent": signature.agent,
    }
    facts: dict[str, Any] = {
        "terms": terms.pk,
        "signature": signature.pk,
        "side": side,
        "fingerprint": terms.fingerprint,
    }
    if consent == CURRENT["upload"]:
        facts["governs"] = "schedule"
    facts |= {"consent": consent, "proof": by.proof, "manner": "drawn" if signing.strokes else "typed"}
    record(project, "terms.signed", by=by, at=at, personal=personal, **facts)
    return signature


def _enter_force(terms: Terms, project: Project, at: datetime) -> None:
    Project.objects.filter(pk=project.pk).update(terms=terms)
    project.terms = terms
    Milestone.objects.bulk_create(
        Milestone(id=milestone.id, project=project, number=number, moved_at=at)
        for number, milestone in enumerate(terms.said.milestones, start=1)
    )
    record(project, "terms.entered_force", by=HOUSE, at=at, terms=terms.pk, fingerprint=terms.fingerprint)
    milestones.open_ready(project=project, at=at)


def last_signature(terms: Terms) -> Event:
    """The event whose hash is printed as the chain's head on the executed copy."""
    signed = Event.objects.filter(project=terms.project_id, kind="terms.signed", data__contains=terms.pk)
    return signed.order_by("-number")[0]


def may(terms: Terms, verb: str, by: Actor, project: Project) -> str:
    """The next status, by the table; sender and recipient are parts like client and freelancer."""
    part = project.role_of(by)
    roles: set[str] = (
        {part, "sender" if part == terms.sender else "recipient"} if part in ("client", "freelancer") else {part}
    )
    return step(TERMS, terms.status, verb, roles)


def locked(terms: Terms) -> tuple[Project, Terms]:
    """The project row first, then the terms as they stand now."""
    project = Project.objects.locked(terms.project_id)
    return project, Terms.objects.get(pk=terms.pk)
