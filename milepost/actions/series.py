"""The numbers of a party's papers: a series for each kind, and whether they are given here at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from milepost.actions import rights
from milepost.core.actors import Actor
from milepost.core.invoicing import number as numbered
from milepost.core.refusals import NotAllowed, Refused, Several
from milepost.models import Invoice, Party, Series, SeriesStart

PREFIXES: Final = {"invoice": "INV-", "payment_request": "PR-", "credit_note": "CN-"}
NEXT_MAX: Final = 999_999_999
# It ends in no digit, so that the prefix and the number behind it can always be told apart.
_PREFIX: Final = re.compile(r"(?:[A-Za-z0-9/._-]{0,19}[A-Za-z/._-])?")


@dataclass(frozen=True, slots=True)
class Numbering:
    """What stands before the numbers of one kind of paper, and the number that the next one gets; as typed.

    `next_number` empty: whichever comes next.
    """

    prefix: str
    next_number: str = ""

    @property
    def next(self) -> str:
        """`INV-0008`."""
        return numbered(self.prefix, int(self.next_number))


def of(party: Party) -> dict[str, Numbering]:
    """How its papers are numbered, by kind."""
    rows = {series.kind: series for series in Series.objects.filter(party=party)}
    return {
        kind: Numbering(rows[kind].prefix, str(rows[kind].next_number)) if kind in rows else Numbering(prefix, "1")
        for kind, prefix in PREFIXES.items()
    }


def take(*, issuer: Party, kind: str) -> tuple[int, str]:
    """The next number of the series, counted up in the caller's transaction: a rollback leaves no hole.

    Answers its place in the series, and as it is printed. Whoever comes second waits here for the first to commit.
    """
    series = _series(issuer, kind)
    Series.objects.filter(pk=series.pk).update(next_number=F("next_number") + 1)
    series.refresh_from_db()
    serial = series.next_number - 1
    return serial, numbered(series.prefix, serial)


def lock(party: Party) -> dict[str, Series]:
    """Every series of a party, held until the caller's transaction ends: its numbers stand still."""
    for kind in PREFIXES:
        _series(party, kind)
    return {series.kind: series for series in Series.objects.select_for_update().filter(party=party).order_by("pk")}


def keep(*, party: Party, issues_here: bool, typed: dict[str, Numbering], by: Actor, at: datetime) -> Party:
    """How the party's papers are numbered from now on, all of it or nothing. Issued ones keep their numbers.

    Refuses, each at its field, a prefix that could not be told from the number or is that of another kind, a next
    number below those issued, and numbers that would be given a second time.
    """
    if by.party != party.pk or not by.person:
        raise NotAllowed(_("Only members of a party may change how its papers are numbered."))
    with transaction.atomic():
        # The party, the member, the series: whoever removes a member, and whoever issues, go the same way.
        Party.objects.select_for_update(no_key=True).get(pk=party.pk)
        rights.must_be(by=by, act="invoices")
        rows = lock(party)
        if wrong := [refusal for kind in PREFIXES for refusal in _wrong(rows[kind], typed)]:
            raise Several(wrong)
        for kind, series in rows.items():
            _go_on(series, typed[kind].prefix.strip(), _next_number(series, typed[kind].next_number), by, at)
        Party.objects.filter(pk=party.pk).update(issues_here=issues_here)
    party.refresh_from_db()
    return party


def _series(party: Party, kind: str) -> Series:
    return Series.objects.get_or_create(party=party, kind=kind, defaults={"prefix": PREFIXES[kind]})[0]


def _go_on(series: Series, prefix: str, number: int, by: Actor, at: datetime) -> None:
    if number > series.next_number:
        SeriesStart.objects.create(
            series=series, before=series.next_number, number=number, stated_by_id=by.person, stated_at=at
        )
    Series.objects.filter(pk=series.pk).update(prefix=prefix, next_number=number)


# -- what is wrong -----------------------------------------------------------------------------


def _wrong(series: Series, typed: dict[str, Numbering]) -> list[Refused]:
    """What is wrong with one kind, as it was typed; its row is locked."""
    kind, prefix = series.kind, typed[series.kind].prefix.strip()
    try:
        number = _next_number(series, typed[kind].next_number)
    except Refused as refused:
        return [refused]
    others = {other.prefix.strip().lower() for name, other in typed.items() if name != kind}
    sentence = ""
    if not _PREFIX.fullmatch(prefix):
        sentence = _("Up to 20 letters, digits, hyphens, dots or slashes; no digit at the end, like 2027-.")
    elif prefix.lower() in others or _is_anothers(series, prefix):
        sentence = _("Papers of the other kind are numbered like this: no number may come twice.")
    if sentence:
        return [Refused(sentence, field=f"prefix_{kind}")]
    if taken := _own_ahead(series, prefix, number):
        words = _("You gave the number %(number)s to an invoice of your own. Begin higher, or with another prefix.")
        return [Refused(words % {"number": taken}, field=f"next_{kind}")]
    return []


def _next_number(series: Series, typed: str) -> int:
    """The number typed. Refuses what is none, and one that lies below those issued."""
    field, text = f"next_{series.kind}", typed.strip() or str(series.next_number)
    if not re.fullmatch(r"[0-9]{1,12}", text) or not 1 <= int(text) <= NEXT_MAX:
        raise Refused(_("Type a whole number, like 1 or 2027001."), field=field)
    if int(text) < series.next_number:
        words = _("The next number is %(next)d at least: those before it are issued or left out.")
        raise Refused(words % {"next": series.next_number}, field=field)
    return int(text)


def _like(prefix: str) -> Q:
    return Q(number__iregex=rf"^{re.escape(prefix)}[0-9]+$")


def _is_anothers(series: Series, prefix: str) -> bool:
    """Whether papers of another kind were numbered here with it: numbers of one issuer never repeat."""
    here = Invoice.objects.filter(issuer=series.party_id, serial__isnull=False).exclude(kind=series.kind)
    return here.filter(_like(prefix)).exists()


def _own_ahead(series: Series, prefix: str, number: int) -> str:
    """A number that the issuer gave itself, and that this series would come to."""
    own = Invoice.objects.filter(issuer=series.party_id, serial=None).filter(_like(prefix))
    ahead = (found for found in own.values_list("number", flat=True) if int(found[len(prefix) :]) >= number)
    return next(ahead, "")
