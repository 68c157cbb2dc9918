"""Drafts: a proposal is started, saved as it is typed, copied, deleted, and composed into terms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import custody
from milepost.actions.rights import must_be
from milepost.core import drafts as core
from milepost.core import steps
from milepost.core.actors import Actor
from milepost.core.catalogue import Holder
from milepost.core.drafts import Policy
from milepost.core.refusals import NotAllowed, Refused, Several, Stale
from milepost.core.steps import Body, Step
from milepost.core.terms import Named
from milepost.core.terms import Terms as Said
from milepost.documents.fonts import refuse_missing
from milepost.documents.languages import LANGUAGE_NAMES
from milepost.models import Draft, Installation, Terms
from milepost.models.base import new_id

ID: Final = re.compile(r"drf_[0-9a-z]{26}")


class SavedElsewhere(Stale):
    """Another page has saved this step since this one was opened; nothing of either is lost."""


class Gone(Stale):
    """The draft was sent or deleted: it can't be changed any more."""


def start(*, by: Actor, at: datetime, id: str = "") -> Draft:
    """A draft with nothing typed yet. The same `id` twice (a second press) is the same draft.

    Refuses somebody who acts for no party, an id that is none, and that of somebody else's draft.
    """
    if not by.party or not by.person:
        raise NotAllowed(_("Say first who you are: a proposal names both sides."))
    with transaction.atomic():
        return _made(steps.with_ids(steps.blank(), steps.blank(), new_id), by, at, id)


def save(
    *,
    draft: Draft,
    step: Step,
    typed: Mapping[str, str],
    version: int,
    page: str,
    by: Actor,
    at: datetime,
    act: str = "",
) -> Draft:
    """Keeps what was typed in one step, even where it is wrong; then does `act`, a change of the milestones' rows.

    `version` is the one that the page was made from, `page` its own name: when another page has saved the step since,
    `SavedElsewhere`. Refuses a draft that was sent or deleted (`Gone`), and an act that can't be done.
    """
    refused: Refused | None = None
    with transaction.atomic():
        draft = _locked(draft, by)
        body = steps.fill(draft.body, step, typed)
        if draft.project_id:
            # An answer to a change that was asked for: who is who does not change.
            body["side"] = draft.body["side"]
        try:
            body = _done(body, act)
        except Refused as sentence:
            refused = sentence
        if steps.without_ids(body) != steps.without_ids(draft.body):
            _must_know(draft, step, version, page)
            _keep(draft, step, body, page, at)
    if refused:
        raise refused
    return draft


def attach(*, draft: Draft, upload: str, by: Actor, at: datetime, page: str = "") -> tuple[str, Draft]:
    """Names the contract of one's own (its id), or none, and answers with the one before. Refuses as `save` does."""
    with transaction.atomic():
        draft = _locked(draft, by)
        before = steps.at(draft.body, steps.UPLOAD)
        chosen = {"document": "upload"} if upload else {}
        _keep(draft, "contract", draft.body | {steps.UPLOAD: upload} | chosen, page, at)
    return before, draft


def must_be_open(draft: Draft, by: Actor) -> None:
    """Refuses a draft of somebody else's, and one that was sent or deleted; what a verb asks before it works long."""
    with transaction.atomic():
        _locked(draft, by)


def copy(*, draft: Draft, by: Actor, at: datetime, id: str = "") -> Draft:
    """A new draft with the same words; the same `id` twice is the same copy. Days that have passed are left open."""
    _must_be_own(draft, by)
    body = _without_past(steps.without_ids(draft.body), _today(draft, at))
    with transaction.atomic():
        return _made(steps.with_ids(body, draft.body, new_id), by, at, id, version=1)


def again(*, terms: Terms, by: Actor, at: datetime, other_email: str = "") -> Draft:
    """The draft of an answer: what was sent, to be changed. Milestones keep their ids, so that two terms compare.

    An answer that was begun already is gone on with. With `other_email` it goes to that address. Sender only.
    """
    sent = Draft.objects.select_related("party").get(sent_as=terms)
    _must_be_own(sent, by)
    with transaction.atomic():
        must_be(by=by, act="prepare")
        begun = Draft.objects.select_for_update().filter(project=terms.project_id, sent_as=None, deleted_at=None)
        draft = begun.order_by("pk").first() or _made(sent.body, by, at, version=1, project_id=terms.project_id)
        if other_email:
            _keep(draft, "project", draft.body | {"other_email": other_email}, "", at)
    return draft


def delete(*, draft: Draft, by: Actor, at: datetime) -> Draft:
    """Takes the draft out of sight; it can be brought back."""
    with transaction.atomic():
        draft = _locked(draft, by)
        draft.deleted_at = at
        draft.save(update_fields=["deleted_at"])
    return draft


def restore(*, draft: Draft, by: Actor, at: datetime) -> Draft:
    """Brings a deleted draft back. One that is there already is left as it is."""
    _must_be_own(draft, by)
    with transaction.atomic():
        must_be(by=by, act="prepare")
        Draft.objects.filter(pk=draft.pk).update(deleted_at=None)
    draft.deleted_at = None
    return draft


def compose(*, draft: Draft, at: datetime, policy: Policy | None = None) -> Said:
    """The terms that the draft makes, without clauses. Refuses (`Several`) everything that is wrong, each at its field."""
    allowed = policy or allows(at)
    if wrong := check(draft=draft, step="review", at=at, policy=allowed):
        raise Several(wrong)
    party = draft.party
    language = party.language if party.language in LANGUAGE_NAMES else settings.LANGUAGE_CODE
    said = core.compose(
        draft.body, sender=_sender(draft), at=at, time_zone=party.time_zone, language=language, policy=allowed
    )
    if said.custodian is None:
        return said
    return replace(said, custodian=custody.named(said.custodian, at))


def check(*, draft: Draft, step: Step, at: datetime, policy: Policy | None = None) -> list[Refused]:
    """What is wrong in one step; of `review` in all of them. Also what no font can print. One sentence a field."""
    allowed = policy or allows(at)
    wrong = core.check(draft.body, step=step, today=_today(draft, at), policy=allowed, sender=_sender(draft))
    said = {refused.field for refused in wrong}
    if step in ("payment", "review") and "custodian" in steps.holders(draft.body) and "custodian" not in said:
        wrong += _not_between(draft, allowed)
    for one in steps.STEPS[:-1] if step == "review" else (step,):
        for field, text in steps.texts(draft.body, one):
            try:
                refuse_missing(text, field=field)
            except Refused as refused:
                wrong += [] if field in said else [refused]
    return wrong


def _not_between(draft: Draft, policy: Policy) -> list[Refused]:
    """The custodian that was chosen is of the sender's own people."""
    chosen = next((one for one in policy.custodians if one.party == draft.body.get("custodian")), None)
    try:
        custody.must_stand_between(chosen, draft.party)
    except Refused as refused:
        return [refused]
    return []


def allows(at: datetime) -> Policy:
    """What the installation allows. Pretend money is offered where nobody could take it for real, or when set; a
    custodian where one is admitted."""
    house, custodians = Installation.objects.get(pk=1), custody.custodians(at)
    holders: list[Holder] = ["nobody", "freelancer"]
    holders += ["custodian"] if custodians else []
    holders += ["sandbox"] if settings.DEMO or settings.TESTING or settings.SANDBOX else []
    minimum, minimums = house.minimum_policy, house.minimums_minor
    return Policy(minimum, minimums, tuple(holders), custodians)  # type: ignore[arg-type] # a CHECK says so


def _locked(draft: Draft, by: Actor) -> Draft:
    _must_be_own(draft, by)
    must_be(by=by, act="prepare")
    draft = Draft.objects.select_for_update(of=("self",)).select_related("party").get(pk=draft.pk)
    if draft.sent_as_id:
        raise Gone(_("This proposal has been sent. To change it, copy it or send an answer."))
    if draft.deleted_at:
        raise Gone(_("This draft was deleted. Bring it back first."))
    return draft


def _must_be_own(draft: Draft, by: Actor) -> None:
    if draft.party_id != by.party:
        raise NotAllowed(_("This draft belongs to somebody else."))


def _must_know(draft: Draft, step: Step, version: int, page: str) -> None:
    last = draft.last_saves.get(step)
    if last and last["version"] > version and last["page"] != page:
        raise SavedElsewhere(_("This step was changed in another window since this page was opened."))


def _done(body: Body, act: str) -> Body:
    if act == "one-time":
        return core.in_one(body)
    return steps.change(body, act) if act else body


def _keep(draft: Draft, step: Step, body: Body, page: str, at: datetime) -> None:
    draft.body = steps.with_ids(body, draft.body, new_id)
    draft.version += 1
    draft.last_saves = draft.last_saves | {step: {"version": draft.version, "page": page}}
    draft.saved_at = at
    draft.save(update_fields=["body", "version", "last_saves", "saved_at"])


def _made(body: Body, by: Actor, at: datetime, id: str = "", **facts: object) -> Draft:
    if id and not ID.fullmatch(id):
        raise NotAllowed(_("This is not the id of a draft."))
    must_be(by=by, act="prepare")
    facts |= {"party_id": by.party, "author_id": by.person, "body": body, "started_at": at, "saved_at": at}
    draft, _new = Draft.objects.get_or_create(pk=id or new_id("drf"), defaults=facts)
    _must_be_own(draft, by)
    return draft


def _without_past(body: Body, today: date) -> Body:
    for row in (body, *body["milestones"]):
        row |= {name: "" for name in ("start_on", "due_on") if row.get(name) and row[name] < today.isoformat()}
    return body


def _sender(draft: Draft) -> Named:
    return Named(draft.party.legal_name, draft.party.email)


def _today(draft: Draft, at: datetime) -> date:
    return at.astimezone(ZoneInfo(draft.party.time_zone)).date()
