"""Arrivals: a holder's people say what came on its account; above a custodian's limit two of them say the same.

What a funding waits for is booked for it, all else set aside as unapplied: matched later, or sent back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, holding, mails, milestones
from milepost.actions import funding as fundings
from milepost.actions.rights import must_be
from milepost.core import postings
from milepost.core.actors import Actor
from milepost.core.lifecycle import ARRIVAL, step
from milepost.core.money import AMOUNT_MAX, Money
from milepost.core.refusals import NotAllowed, Refused, Several, Stale
from milepost.events.record import record
from milepost.models import Arrival, Custody, Funding, Milestone, Party, Project

# What is noted later than this is typed wrong more likely than forgotten.
DAYS_BACK: Final = 366
LINE_MAX: Final = 200


class NotedBefore(Refused):
    """Just such an arrival is noted already: a second one has to be meant."""


def note(
    *,
    holder: Party,
    money: Money,
    arrived_on: date,
    reference: str,
    payer: str,
    funding: Funding | None,
    by: Actor,
    at: datetime,
    again: bool = False,
) -> Arrival:
    """What came on the holder's account: booked at once where one word is enough, else noted for a second person.

    `funding` None: nobody knows yet what it is for (a custodian alone may say so). Refuses one that was noted before
    (`NotedBefore`) unless `again` says that it came twice; each mistake at its field.
    """
    branch = _branch(holder, funding)
    holding.speaker(branch, by)
    if not by.person:
        raise NotAllowed(_("Take an account first: what arrived is noted under the name of a person."))
    facts = _facts(holder, money, arrived_on, reference, payer, at)
    by.must_have_proved()
    with transaction.atomic():
        if funding is not None:
            _project, milestone = milestones.locked(funding.milestone)
        # Two who note the same at once: the second one sees the first.
        Party.objects.select_for_update(no_key=True).get(pk=holder.pk)
        must_be(by=by, act=holding.said_by(branch, "say_received"))
        if not again and Arrival.objects.filter(holder=holder, **facts).exclude(status="dropped").exists():
            sentence = _(
                "The same amount with the same day, reference and payer is noted already. "
                "If it really came twice, say that, and note it again."
            )
            raise NotedBefore(sentence, field="again")
        arrival = Arrival.objects.create(holder=holder, funding=funding, noted_by_id=by.person, noted_at=at, **facts)
        if funding is not None:
            arrival.funding = _fresh(funding, milestone)
        _said(arrival, branch, by, at)
    return arrival


def confirm(*, arrival: Arrival, by: Actor, at: datetime) -> Arrival:
    """The second person says the same. Refuses the first one (`SaidBefore`), and (`Stale`) what is booked or dropped."""
    branch = _branch_of(arrival)
    holding.speaker(branch, by)
    by.must_have_proved()
    with transaction.atomic():
        arrival = _locked(arrival)
        must_be(by=by, act=holding.said_by(branch, "say_received"))
        if arrival.status != "noted":
            raise Stale(_("This is confirmed or dropped already."))
        _said(arrival, branch, by, at)
    return arrival


def drop(*, arrival: Arrival, by: Actor, at: datetime) -> Arrival:
    """It was noted by mistake; possible while it waits for a second person."""
    branch = _branch_of(arrival)
    role = holding.speaker(branch, by)
    with transaction.atomic():
        arrival = _locked(arrival)
        must_be(by=by, act=holding.said_by(branch, "say_received"))
        arrival.move(_step(arrival, "drop", role), settled_at=at)
        holding.take_back_words(arrival, at=at)
    return arrival


def apply(*, arrival: Arrival, funding: Funding, by: Actor, at: datetime) -> Arrival:
    """An unapplied one turns out to be for that funding: booked for it as if it had been known at once.

    One person is enough: two have said that it came. Refuses a funding of another holder or in another currency.
    """
    branch = _branch_of(arrival)
    role = holding.speaker(branch, by)
    if funding.holder != branch:
        raise NotAllowed(_("That is to be paid to somebody else's account."))
    if funding.currency != arrival.currency:
        words = _("It came in %(came)s, and what is asked for there is in %(asked)s.")
        raise Refused(words % {"came": arrival.currency, "asked": funding.currency}, field="funding")
    by.must_have_proved()
    with transaction.atomic():
        _project, milestone = milestones.locked(funding.milestone)
        # The arrival before the member, as everywhere here: who sends it back meanwhile holds it already.
        arrival = Arrival.objects.select_for_update().get(pk=arrival.pk)
        must_be(by=by, act=holding.said_by(branch, "say_received"))
        status = _step(arrival, "apply", role)
        if arrival.status != "unapplied":
            raise Stale(_("A second person has to confirm first that it arrived."))
        fresh = _fresh(funding, milestone)
        arrival.move(status, funding=fresh, settled_at=at, reason="")
        mirror = postings.return_unknown(branch, arrival.amount)
        books.post("arrival.matched", f"{arrival.pk}/matched", arrival, mirror, at=at, corrects=_unapplied_key(arrival))
        people = holding.words_about(arrival, "arrived").count()
        fundings.take(arrival=arrival, funding=fresh, by=by, at=at, people=people)
    return arrival


def give_back(*, arrival: Arrival, by: Actor, at: datetime) -> Arrival:
    """An unapplied one was sent back to whoever sent it; above a custodian's limit two people say so."""
    branch = _branch_of(arrival)
    role = holding.speaker(branch, by)
    by.must_have_proved()
    with transaction.atomic():
        arrival = _locked(arrival)
        must_be(by=by, act=holding.said_by(branch, "say_sent"))
        status = _step(arrival, "return", role)
        people = holding.say("returned", arrival, branch=branch, by=by, at=at)
        if not people:
            _ask_second(arrival, by, at)
            return arrival
        arrival.move(status, settled_at=at)
        entries = postings.return_unknown(branch, arrival.amount)
        books.post("arrival.returned", f"{arrival.pk}/returned", arrival, entries, at=at)
        if arrival.funding is not None:
            _record("funding.returned", arrival, arrival.funding, by, at, people)
    return arrival


# -- what they share ---------------------------------------------------------------------------


def _said(arrival: Arrival, branch: str, by: Actor, at: datetime) -> None:
    """One more person says that it came: booked when that is enough."""
    people = holding.say("arrived", arrival, branch=branch, by=by, at=at)
    if not people:
        _ask_second(arrival, by, at)
        return
    role, funding = holding.speaker(branch, by), arrival.funding
    if funding is not None and funding.currency == arrival.currency:
        arrival.move(_step(arrival, "apply", role), settled_at=at)
        fundings.take(arrival=arrival, funding=funding, by=by, at=at, people=people)
        return
    reason = _("Nobody knows yet what it is for.")
    if funding is not None:
        words = _("It came in %(came)s, and %(asked)s was asked for: it goes back to whoever sent it.")
        reason = words % {"came": arrival.currency, "asked": funding.currency}
    arrival.move(_step(arrival, "set_aside", role), settled_at=at, reason=reason)
    entries = postings.unknown_arrival(branch, arrival.amount)
    books.post("arrival.unapplied", _unapplied_key(arrival), arrival, entries, at=at)
    if funding is not None:
        _record("funding.set_aside", arrival, funding, by, at, people)


def _branch(holder: Party, funding: Funding | None) -> str:
    """Of the holder that the funding asks; of nothing known, of a custodian."""
    if funding is not None:
        if funding.holder.rpartition("/")[2] != holder.pk:
            raise NotAllowed(_("That is to be paid to somebody else's account."))
        return funding.holder
    if not Custody.objects.filter(party=holder).exists() and not holder.projects_as_custodian.exists():
        raise NotAllowed(_("Say what it is for: only a custodian sets aside what nobody knows of."))
    return postings.branch("custodian", holder.pk)


def _branch_of(arrival: Arrival) -> str:
    return arrival.funding.holder if arrival.funding else postings.branch("custodian", arrival.holder_id)


def _facts(holder: Party, money: Money, on: date, reference: str, payer: str, at: datetime) -> dict[str, Any]:
    """Checked; refused all at once."""
    today = at.astimezone(ZoneInfo(holder.time_zone)).date()
    wrong = []
    if not 0 < money.minor <= AMOUNT_MAX:
        wrong.append(Refused(_("Type how much arrived."), field="amount"))
    if on > today:
        wrong.append(Refused(_("That day has yet to come."), field="arrived_on"))
    if on < today - timedelta(days=DAYS_BACK):
        wrong.append(Refused(_("That is more than a year ago."), field="arrived_on"))
    for name, typed in (("reference", reference), ("payer", payer)):
        if len(typed.strip()) > LINE_MAX:
            wrong.append(Refused(_("At most %(most)d characters.") % {"most": LINE_MAX}, field=name))
    if wrong:
        raise Several(wrong)
    return {
        "amount_minor": money.minor,
        "currency": money.currency,
        "arrived_on": on,
        "reference": reference.strip(),
        "payer": payer.strip(),
    }


def _locked(arrival: Arrival) -> Arrival:
    """The project row first where there is one, then the arrival and its funding as they stand now."""
    if arrival.funding is None:
        return Arrival.objects.select_for_update().get(pk=arrival.pk)
    _project, milestone = milestones.locked(arrival.funding.milestone)
    fresh = Arrival.objects.select_for_update(of=("self",)).get(pk=arrival.pk)
    fresh.funding = _fresh(arrival.funding, milestone)
    return fresh


def _fresh(funding: Funding, milestone: Milestone) -> Funding:
    found = Funding.objects.select_for_update().get(pk=funding.pk)
    found.milestone = milestone
    return found


def _step(arrival: Arrival, verb: str, role: str) -> str:
    return step(ARRIVAL, arrival.status, verb, {role})


def _unapplied_key(arrival: Arrival) -> str:
    return f"{arrival.pk}/unapplied"


def _record(kind: str, arrival: Arrival, funding: Funding, by: Actor, at: datetime, people: int) -> None:
    project: Project = funding.milestone.project
    facts: dict[str, Any] = {"milestone": funding.milestone_id, "funding": funding.pk, "arrival": arrival.pk}
    facts |= {"amount": arrival.amount_minor, "currency": arrival.currency, "people": people}
    record(project, kind, by=by, at=at, **facts)


def _ask_second(arrival: Arrival, by: Actor, at: datetime) -> None:
    """No project may stand behind it, so this is told by a mail of its own; not how much it is."""
    others = arrival.holder.members.filter(ended_at=None, user__is_active=True).exclude(user=by.person)
    subject = _("Money on the account waits for a second person's word")
    text = _(
        "Somebody of %(party)s has noted an arrival above the limit, or its return.\n\n"
        "Look at the account. If it is so, sign in and confirm it: it does not count before a second person has.\n"
    ) % {"party": arrival.holder}
    for address in sorted(set(others.values_list("user__email", flat=True))):
        mails.write(to=address, subject=subject, text=text, at=at)
