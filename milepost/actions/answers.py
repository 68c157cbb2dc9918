"""Answers to terms that were sent: a change asked for, a no, and the ends that the sender or the clock gives them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import drafts, invitations
from milepost.actions.rights import must_be
from milepost.actions.signing import locked, may
from milepost.core.actors import CLOCK, Actor
from milepost.core.refusals import Refused, Stale
from milepost.core.rights import Act
from milepost.events.record import record
from milepost.gateways import storage
from milepost.models import Answer, Draft, Event, File, Mail, Personal, Project, Terms

# Terms that never came into force are purged this long after they ended.
RETENTION_DAYS = 180


def ask_change(*, terms: Terms, words: str, by: Actor, at: datetime) -> Answer:
    """The other side asks for a change, in words; the terms stay offered until the sender revises them."""
    _words(words, _("Say what should change."))
    with transaction.atomic():
        project, terms = locked(terms)
        may(terms, "ask_change", by, project)
        must_be(by=by, act="ask_change")
        _must_not_have_signed(terms, project, by)
        answer = _answer(terms, "ask_change", words, by, at)
        record(project, "terms.change_asked", by=by, at=at, personal={"words": answer.words}, terms=terms.pk)
    return answer


def decline(*, terms: Terms, words: str, by: Actor, at: datetime) -> Terms:
    """The other side says no, with a reason."""
    _words(words, _("Say why, in a few words: it helps the sender."))
    return _ended(terms, "decline", words, by, at, act="decline")


def withdraw(*, terms: Terms, by: Actor, at: datetime) -> Terms:
    """The sender takes the terms back; links to them stop working."""
    return _ended(terms, "withdraw", "", by, at, act="withdraw")


def correct_address(*, terms: Terms, email: str, by: Actor, at: datetime) -> Draft:
    """A wrong address: the terms are taken back, and a draft with the right one waits to be signed and sent.

    The address is part of what is signed, so it can't be changed behind a signature.
    """
    draft = drafts.again(terms=terms, other_email=email, by=by, at=at)
    withdraw(terms=terms, by=by, at=at)
    return draft


def expire(*, terms: Terms, at: datetime) -> Terms:
    """The clock ends terms that were not signed in time."""
    if terms.sign_until > at:
        raise Refused(_("There is time left to sign."))
    return _ended(terms, "expire", "", CLOCK, at, act="decline")


def _ended(terms: Terms, verb: str, words: str, by: Actor, at: datetime, *, act: Act) -> Terms:
    with transaction.atomic():
        project, terms = locked(terms)
        status = may(terms, verb, by, project)
        must_be(by=by, act=act)
        if verb == "decline":
            _must_not_have_signed(terms, project, by)
        if by is not CLOCK:
            _answer(terms, verb, words, by, at)
        end(terms, verb, status, project, by, at, words)
    return terms


def _must_not_have_signed(terms: Terms, project: Project, by: Actor) -> None:
    """Whoever has signed is bound by it, also while a custodian's acceptance is awaited; the sender may withdraw."""
    if by.kind == "party" and terms.signatures.filter(side=project.signer_of(by)).exists():
        raise Stale(_("You have signed these terms. Only the sender can take them back now."))


def end(terms: Terms, verb: str, status: str, project: Project, by: Actor, at: datetime, words: str = "") -> None:
    terms.move(status, ended_at=at)
    if verb == "withdraw":
        invitations.revoke(project=project, party=project.party(terms.recipient), at=at)
    record(project, f"terms.{status}", by=by, at=at, personal={"words": words} if words else None, terms=terms.pk)


def _answer(terms: Terms, verb: str, words: str, by: Actor, at: datetime) -> Answer:
    return Answer.objects.create(terms=terms, verb=verb, words=words.strip(), party_id=by.party, given_at=at)


def _words(words: str, sentence: str) -> None:
    if not words.strip():
        raise Refused(sentence, field="words")
    if len(words) > 5000:
        raise Refused(_("At most 5,000 characters."), field="words")


def purge(*, terms: Terms, at: datetime) -> None:
    """Terms that never came into force lose their body, their paper and every personal row; fingerprint and events stay.

    Refuses terms that are offered, in force, or ended less than 180 days ago.
    """
    if terms.ended_at is None or terms.in_force_at or terms.ended_at + timedelta(days=RETENTION_DAYS) > at:
        raise Refused(_("These terms are kept."))
    with transaction.atomic():
        Project.objects.locked(terms.project_id)
        Terms.objects.filter(pk=terms.pk, in_force_at=None).update(body=None)
        events = Event.objects.filter(project=terms.project_id, data__contains=f'"{terms.pk}"')
        Personal.objects.filter(event__in=events).delete()
        Mail.objects.filter(event__in=events).update(to="", subject="", text="", html="")
        terms.signatures.all().delete()
        terms.answers.all().delete()
    paper = terms.reading_copy
    if paper and not File.objects.filter(sha256=paper.sha256).exclude(pk=paper.pk).exists():
        storage.remove(settings.FILES, paper.sha256)
