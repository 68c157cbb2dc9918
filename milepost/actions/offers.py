"""Offers: a draft becomes terms, signed by its sender. The paper is rendered before the transaction, never in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import answers, custody, drafts, invitations, papers, uploads
from milepost.actions.rights import must_be
from milepost.actions.signing import Signing, put_signature
from milepost.core import steps
from milepost.core import terms as core
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.documents import contract
from milepost.events.record import record
from milepost.models import Draft, File, Member, Party, Project, Terms, Upload, User


def offer(*, draft: Draft, signing: Signing, by: Actor, at: datetime) -> Terms:
    """Sends the draft as terms, signed by its sender. A draft that was sent already answers with its terms.

    Refuses what a draft has wrong (`Several`), an unsigned form, and an actor who is not proved.
    """
    if draft.party_id != by.party:
        raise NotAllowed(_("This draft belongs to somebody else."))
    if draft.sent_as is not None:
        return draft.sent_as
    said = drafts.compose(draft=draft, at=at)
    document, upload = steps.document(draft.body), uploads.of(draft)
    signing.check(document)
    answered = _answered(draft, said)
    clauses = contract.clauses_for(said, document)
    said = replace(said, answers=answered.fingerprint if answered else "", clauses=clauses)
    by.must_have_proved()
    paper = papers.keep_reading_copy(said, upload)
    with transaction.atomic():
        return _offered(draft, said, answered, signing, paper, upload, by, at)


def _answered(draft: Draft, said: core.Terms) -> Terms | None:
    """The terms before, which these answer, if they are for the same two mailboxes."""
    before = draft.project.terms if draft.project else None
    if before is None or before.body is None:
        return None
    _must_not_be_in_force(before)
    same = {before.said.client.email, before.said.freelancer.email} == {said.client.email, said.freelancer.email}
    return before if same else None


def _must_not_be_in_force(terms: Terms | None) -> None:
    """Asked again behind the lock: the other side may sign while the paper is rendered."""
    if terms is not None and terms.status == "in_force":
        raise Stale(_("The terms are signed by both by now."))


def _offered(
    draft: Draft,
    said: core.Terms,
    answered: Terms | None,
    signing: Signing,
    paper: tuple[str, int],
    upload: Upload | None,
    by: Actor,
    at: datetime,
) -> Terms:
    project = _project(draft, said, answered, by, at)
    must_be(by=by, act="sign")
    custody.must_stand_between(said.custodian, project.client, project.freelancer)
    if answered and project.terms and project.terms.status == "offered":
        answers.end(project.terms, "withdraw", "withdrawn", project, by, at)
    body = core.canonical(said, core.Document("upload" if upload else "template", paper[0]))
    reading = File.objects.create(
        project=project,
        sha256=paper[0],
        size_bytes=paper[1],
        name=_("Agreement to be signed.pdf"),
        media_type="application/pdf",
        kept_at=at,
    )
    terms = Terms.objects.create(
        project=project,
        number=project.all_terms.count() + 1,
        sender=said.sender,
        body=body,
        fingerprint=core.fingerprint(body),
        reading_copy=reading,
        upload=upload,
        offered_at=at,
        sign_until=said.sign_until,
    )
    if Draft.objects.filter(pk=draft.pk, sent_as=None).update(sent_as=terms, project=project) != 1:
        raise Stale(_("This draft was sent from another window."))
    custodian = said.custodian.party if said.custodian else None
    Project.objects.filter(pk=project.pk).update(terms=terms, name=said.project_name, custodian=custodian)
    project.terms = terms
    project.custodian_id = custodian  # type: ignore[assignment]  # None is nobody; the stubs know no null here
    facts: dict[str, Any] = {"terms": terms.pk, "number": terms.number, "fingerprint": terms.fingerprint}
    facts |= {"custodian": custodian} if custodian else {}
    record(project, "terms.offered", by=by, at=at, **facts)
    put_signature(terms, said.sender, signing, project, by, at)
    invitations.invite(project=project, party=project.party(terms.recipient), at=at)
    return terms


def _project(draft: Draft, said: core.Terms, answered: Terms | None, by: Actor, at: datetime) -> Project:
    """The project that these terms belong to: the one they answer in, or a new one."""
    if answered:
        project = Project.objects.locked(answered.project_id)
        _must_not_be_in_force(project.terms)
        return project
    own = Party.objects.get(pk=by.party)
    other = _other_party(said.client if said.sender == "freelancer" else said.freelancer, own)
    _must_be_others(own, other)
    client, freelancer = (other, own) if said.sender == "freelancer" else (own, other)
    project = Project.objects.create(name=said.project_name, client=client, freelancer=freelancer, started_at=at)
    record(project, "project.started", by=by, at=at, client=client.pk, freelancer=freelancer.pk)
    return project


def _other_party(named: core.Named, own: Party) -> Party:
    """The party behind an address: that of an account with it, or a guest's, made when there is none."""
    email = named.email.strip().lower()
    owner = User.objects.filter(email=email, is_active=True).first()
    acts_for = list(Party.objects.of(owner)) if owner else []
    # Somebody who acts for several is meant by the one with this address, before one that they joined.
    known = next(iter(sorted(acts_for, key=lambda party: (party == own, party.email != email))), None)
    if known == own:
        raise _same_person()
    return known or Party.objects.unclaimed(email).first() or Party.objects.create(email=email)


def _must_be_others(own: Party, other: Party) -> None:
    """Refuses a project in which somebody would act for both sides. Both rows are held: nobody joins meanwhile."""
    both = [own.pk, other.pk]
    list(Party.objects.select_for_update(no_key=True).filter(pk__in=both).order_by("pk").values_list("pk"))
    ours = Member.objects.filter(party=own, ended_at=None).values("user")
    if Member.objects.filter(party=other, ended_at=None, user__in=ours).exists():
        raise _same_person()


def _same_person() -> Refused:
    return Refused(_("Both sides would be the same person. Type the address of the other side."), field="other_email")
