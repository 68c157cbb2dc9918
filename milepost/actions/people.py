"""People: the first owner, parties, the code that proves an address, a guest who takes an account."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from milepost.actions import mails, members
from milepost.actions.rights import must_be
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Several, Stale
from milepost.events.record import record
from milepost.models import Code, Installation, Member, Party, Project, User

CODE_MINUTES = 10
CODE_TRIES = 5
# How many codes one party may ask for within ten minutes.
CODES_MAX = 6


class WrongCode(Refused):
    """The digits are not those of a living code for this act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """What a party says of itself. `time_zone` is an IANA name."""

    kind: str
    legal_name: str
    postal_address: str
    email: str
    tax_id: str = ""
    time_zone: str = "UTC"
    language: str = "en"

    def check(self) -> None:
        """Refuses, each at its field, what a contract could not be written with."""
        wrong = []
        if not self.legal_name.strip():
            wrong.append(Refused(_("Type the legal name: it stands in contracts."), field="legal_name"))
        if len(self.legal_name) > 200:
            wrong.append(Refused(_("The legal name may have 200 characters at most."), field="legal_name"))
        if not self.postal_address.strip():
            wrong.append(Refused(_("Type the postal address: contracts and invoices need it."), field="postal_address"))
        if len(self.postal_address) > 500:
            wrong.append(Refused(_("The address may have 500 characters at most."), field="postal_address"))
        if len(self.tax_id) > 40:
            wrong.append(Refused(_("The tax number may have 40 characters at most."), field="tax_id"))
        if self.kind not in ("person", "organisation"):
            wrong.append(Refused(_("Choose person or organisation."), field="kind"))
        if self.time_zone not in available_timezones():
            wrong.append(Refused(_("Choose a time zone from the list."), field="time_zone"))
        if wrong:
            raise Several(wrong)


# -- the first owner ---------------------------------------------------------------------------

_setup = signing.Signer(salt="milepost.setup")


def first_start(*, at: datetime) -> str | None:
    """The path of the set-up page while nobody owns the installation; afterwards None."""
    if Installation.objects.filter(owned_at__isnull=False).exists():
        return None
    return f"/setup/{_setup.sign('owner').partition(':')[2]}"


def own(*, token: str, name: str, email: str, party: PartyFacts, at: datetime) -> User:
    """Makes the owner, once. Refuses another token than the one printed, and a second owner."""
    if not hmac.compare_digest(token, _setup.sign("owner").partition(":")[2]):
        raise NotAllowed(_("This is not the set-up link that was printed at the first start."))
    party.check()
    with transaction.atomic():
        if Installation.objects.filter(id=1, owned_at=None).update(owned_at=at) != 1:
            raise Stale(_("This installation has its owner already."))
        user = User.objects.create_user(email=email, name=name)
        user.is_operator = True
        user.save(update_fields=["is_operator"])
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        make_party(user=user, facts=party, at=at)
    return user


# -- parties -----------------------------------------------------------------------------------


def make_party(*, user: User, facts: PartyFacts, at: datetime) -> Party:
    """A party that the user acts for."""
    facts.check()
    with transaction.atomic():
        party = Party.objects.create(**asdict(facts))
        Member.objects.create(party=party, user=user)
    return party


def edit_party(*, party: Party, facts: PartyFacts, by: Actor, at: datetime) -> Party:
    """What papers to come will say; issued ones keep what they said. Members alone may."""
    if by.party != party.pk or not by.person:
        raise NotAllowed(_("Only members of a party may change what it says of itself."))
    facts.check()
    # The e-mail address is where notices go and who is proved by codes: it is not changed here.
    changes = {name: value for name, value in asdict(facts).items() if name != "email"}
    with transaction.atomic():
        # The party before the member, as whoever removes a member does.
        Party.objects.select_for_update(no_key=True).get(pk=party.pk)
        must_be(by=by, act="party")
        Party.objects.filter(pk=party.pk).update(**changes)
    party.refresh_from_db()
    return party


# -- codes -------------------------------------------------------------------------------------


def send_code(*, by: Actor, act: str, subject: str, at: datetime) -> Code:
    """Mails six digits for this one act; they are made as the mail is sent. Refuses too many in a short time."""
    since = at - timedelta(minutes=CODE_MINUTES)
    if Code.objects.filter(party=by.party, email=by.email, made_at__gt=since).count() >= CODES_MAX:
        raise Refused(_("That were many codes in a short time. Wait ten minutes, then ask for a new one."))
    with transaction.atomic():
        code = Code.objects.create(
            party_id=by.party,
            email=by.email,
            act=act,
            subject=subject,
            made_at=at,
            expires_at=at + timedelta(minutes=CODE_MINUTES),
        )
        mails.write_code(code=code, at=at)
    return code


def mint_code(*, code_id: str, at: datetime) -> str:
    """Six digits, as the mail is sent; a second sending makes others. Only a keyed hash is kept."""
    digits = f"{secrets.randbelow(1_000_000):06}"
    Code.objects.filter(pk=code_id).update(digits_hmac=_hmac(code_id, digits))
    return digits


def use_code(*, by: Actor, act: str, subject: str, digits: str, at: datetime) -> Actor:
    """The actor, proved by code. Refuses wrong, used and expired ones; five tries, for this act alone."""
    alive = Code.objects.filter(
        party=by.party, email=by.email, act=act, subject=subject, used_at=None, expires_at__gt=at, tries__lt=CODE_TRIES
    )
    code = alive.order_by("-made_at", "-pk").first()
    if code is None:
        raise WrongCode(_("This code has expired or was tried too often. Ask for a new one."), field="code")
    # Counted before it is compared, so that two guesses at once can't share a try.
    if alive.filter(pk=code.pk, tries=code.tries).update(tries=code.tries + 1) != 1:
        raise Stale(_("Two tries at once. Type the code again."), field="code")
    typed = "".join(digit for digit in digits if digit.isdigit())
    if not code.digits_hmac or not hmac.compare_digest(code.digits_hmac, _hmac(code.pk, typed)):
        left = CODE_TRIES - code.tries - 1
        raise WrongCode(_("That is not the code from the mail. Tries left: %(left)d.") % {"left": left}, field="code")
    if Code.objects.filter(pk=code.pk, used_at=None).update(used_at=at) != 1:
        raise WrongCode(_("This code was used already. Ask for a new one."), field="code")
    return replace(by, proof="code")


def _hmac(code_id: str, digits: str) -> str:
    return salted_hmac("milepost.code", f"{code_id}:{digits}", algorithm="sha256").hexdigest()


# -- a guest takes an account ------------------------------------------------------------------


def claim(*, user: User, at: datetime) -> list[Project]:
    """Guests' parties with the user's proved address become the user's; answers the projects found there.

    Only an address that was verified counts. A party is left alone whose other side in a project the user acts for.
    """
    found: list[Project] = []
    with transaction.atomic():
        for party in _unclaimed(user):
            Member.objects.create(party=party, user=user, joined_at=at)
            by = Actor("party", party.pk, user.pk, user.email, "login")
            theirs = Project.objects.visible_to(by).order_by("pk")
            found += [_claimed(project.pk, by, at) for project in theirs]
    return found


def _unclaimed(user: User) -> list[Party]:
    """Behind the row of each, so that it is claimed once, and by nobody who joins its other side meanwhile."""
    rows = Party.objects.filter(email__in=members.proved(user), members=None).order_by("pk")
    locked = Party.objects.select_for_update(no_key=True)
    parties = [locked.get(pk=party.pk) for party in rows]
    return [
        party
        for party in parties
        if not party.members.exists() and not members.acts_for_both(party, user, beside=parties)
    ]


def _claimed(id: str, by: Actor, at: datetime) -> Project:
    project = Project.objects.locked(id)
    record(project, "project.claimed", by=by, at=at)
    return project
