"""Terms sent without the wizard, whatever they say; nothing is printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from milepost.actions.signing import Signing, put_signature
from milepost.core import terms as core
from milepost.core.actors import Actor
from milepost.core.catalogue import Holder
from milepost.events.record import record
from milepost.gateways import storage
from milepost.models import Draft, File, Party, Project, Terms

ACCOUNT = core.Payee(name="Account of the holder", iban="SE4550000000058398257466", bic="ESSESESS")


def held_by(said: core.Terms, holder: Holder, holders: tuple[Holder, ...], custodian: Party | None) -> core.Terms:
    """The same terms with that holder, or one for each milestone; with the custodian named where there is one."""
    said = replace(said, holder=holder)
    if holders:
        pairs = zip(said.milestones, holders, strict=True)
        said = replace(said, milestones=tuple(replace(each, holder=own) for each, own in pairs))
    if custodian is None:
        return said
    named = core.Custodian(custodian.pk, str(custodian), custodian.email, "Licensed to hold money.", ACCOUNT)
    return replace(said, custodian=named, signatures=("client", "freelancer", "custodian"))


def sent(said: core.Terms, draft: Draft, signature: Signing, at: datetime) -> Terms:
    """As `offers.offer` sends them; the paper is a few bytes."""
    client, own = Party.objects.create(email=said.client.email), draft.party
    by = Actor("party", own.pk, draft.author_id, own.email, "fresh", "127.0.0.1", "test")
    project = Project.objects.create(
        name=said.project_name,
        client=client,
        freelancer=own,
        custodian_id=said.custodian.party if said.custodian else None,
        started_at=at,
    )
    record(project, "project.started", by=by, at=at, client=client.pk, freelancer=own.pk)
    sha256, size = storage.keep(settings.FILES, [b"%PDF-1.7 a reading copy"], bytes_max=1000)
    copy = File.objects.create(
        project=project, sha256=sha256, size_bytes=size, name="a.pdf", media_type="application/pdf", kept_at=at
    )
    body = core.canonical(said, core.Document("template", sha256))
    terms = Terms.objects.create(
        project=project,
        number=1,
        sender=said.sender,
        body=body,
        fingerprint=core.fingerprint(body),
        reading_copy=copy,
        offered_at=at,
        sign_until=said.sign_until,
    )
    draft.sent_as = terms
    draft.save(update_fields=["sent_as"])
    project.terms = terms
    project.save(update_fields=["terms"])
    record(project, "terms.offered", by=by, at=at, terms=terms.pk, number=1, fingerprint=terms.fingerprint)
    put_signature(terms, said.sender, signature, project, by, at)
    return terms
