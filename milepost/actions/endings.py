"""Stopping a project: one side asks, with a reason; the other agrees, and everything that is not approved is cancelled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions.cancelling import cancel_locked
from milepost.actions.rights import must_be
from milepost.core.actors import Actor
from milepost.core.lifecycle import CANCELLABLE
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.record import record
from milepost.models import Ending, Project

WORDS_MAX = 5000


class NothingToStop(Refused):
    """Nothing is in force, or all of it is approved, closed or cancelled."""


class AskedAlready(Refused):
    """The other side has asked to stop: agreeing is what is left to do."""


def ask_stop(*, project: Project, reason: str, by: Actor, at: datetime) -> Ending:
    """Asks the other side to stop the project. Everything goes on as agreed until they answer.

    A second click answers with what was asked. Refuses when the other side has asked, and when nothing is left to stop.
    """
    _check(reason, _("Say why, in a few words: it stays in the record."), "reason")
    with transaction.atomic():
        project = Project.objects.locked(project.pk)
        project.side_of(by)
        must_be(by=by, act="stop")
        waiting = project.endings.filter(answer="").first()
        if waiting is not None and waiting.asked_by_id == by.party:
            return waiting
        if waiting is not None:
            raise AskedAlready(_("The other side has asked to stop the project already. You can agree to that."))
        _must_have_something_left(project)
        ending = Ending.objects.create(project=project, asked_by_id=by.party, reason=reason.strip(), asked_at=at)
        record(project, "project.stop_asked", by=by, at=at, personal={"reason": ending.reason}, ending=ending.pk)
    return ending


def take_back(*, ending: Ending, by: Actor, at: datetime) -> Ending:
    """Whoever asked takes that back, while nobody has answered."""
    with transaction.atomic():
        project, ending = _waiting(ending)
        project.side_of(by)
        must_be(by=by, act="stop")
        if by.party != ending.asked_by_id:
            raise NotAllowed(_("Only the side that asked may take it back."))
        _answer(ending, "taken_back", by, at)
        record(project, "project.stop_taken_back", by=by, at=at, ending=ending.pk)
    return ending


def decline(*, ending: Ending, words: str, by: Actor, at: datetime) -> Ending:
    """The other side wants to go on, and says why; the project goes on as agreed."""
    _check(words, _("Say why, in a few words: it helps the other side."), "words")
    with transaction.atomic():
        project, ending = _waiting(ending)
        _must_be_other(project, ending, by)
        must_be(by=by, act="stop")
        _answer(ending, "declined", by, at)
        personal = {"words": words.strip()}
        record(project, "project.stop_declined", by=by, at=at, personal=personal, ending=ending.pk)
    return ending


def agree(*, ending: Ending, by: Actor, at: datetime) -> Ending:
    """The other side agrees, proved: what is planned, open or delivered is cancelled, and what is held for it goes back
    by intents. What is approved stays, and is paid as agreed.

    `Stale` when it was answered, taken back, or when everything was approved meanwhile.
    """
    _must_be_other(ending.project, ending, by)
    by.must_have_proved()
    with transaction.atomic():
        project, ending = _waiting(ending)
        _must_be_other(project, ending, by)
        must_be(by=by, act="stop")
        _must_have_something_left(project)
        _answer(ending, "agreed", by, at)
        record(project, "project.stopped", by=by, at=at, ending=ending.pk)
        # The last one first: none gets its turn by the end of one before it.
        for milestone in project.milestones.filter(status__in=CANCELLABLE).order_by("-number"):
            milestone.project = project
            cancel_locked(milestone=milestone, reason=ending.reason, by=by, at=at)
    return ending


def _check(words: str, missing: str, field: str) -> None:
    if not words.strip():
        raise Refused(missing, field=field)
    if len(words) > WORDS_MAX:
        raise Refused(_("At most 5,000 characters."), field=field)


def _must_have_something_left(project: Project) -> None:
    if project.terms is None or project.terms.status != "in_force":
        raise NothingToStop(_("Nothing is in force here, so there is nothing to stop."))
    if not project.milestones.filter(status__in=CANCELLABLE).exists():
        raise NothingToStop(_("Every milestone is approved or cancelled already: nothing is left to stop."))


def _waiting(ending: Ending) -> tuple[Project, Ending]:
    """The project row FOR UPDATE, then what was asked, if it still waits for an answer."""
    project = Project.objects.locked(ending.project_id)
    fresh = Ending.objects.get(pk=ending.pk)
    fresh.project = project
    sentences = {
        "agreed": _("Both sides have stopped the project already."),
        "declined": _("This was declined already; the project goes on."),
        "taken_back": _("This was taken back meanwhile; the project goes on."),
    }
    if fresh.answer:
        raise Stale(sentences[fresh.answer])
    return project, fresh


def _must_be_other(project: Project, ending: Ending, by: Actor) -> None:
    project.side_of(by)
    if by.party == ending.asked_by_id:
        raise NotAllowed(_("The other side has to answer this."))


def _answer(ending: Ending, answer: str, by: Actor, at: datetime) -> None:
    """Once: the conditional update is the second fence behind the project's lock."""
    rows = Ending.objects.filter(pk=ending.pk, answer="")
    if rows.update(answer=answer, answered_by=by.party, answered_at=at) != 1:
        raise Stale(_("This was answered a moment ago."))
    ending.answer, ending.answered_by_id, ending.answered_at = answer, by.party, at
