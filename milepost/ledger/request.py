"""What may be asked of the books: the shape of a posting, and the text under its hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from milepost.core.money import AMOUNT_MAX
from milepost.core.postings import Entry
from milepost.core.refusals import Refused

ENTRIES_MAX = 200

_PATH = re.compile(r"[a-z][a-z0-9_]*(/[A-Za-z0-9_.:-]+)+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,59}")
_WORD = re.compile(r"[!-~]{1,200}")


class Malformed(Refused):
    """The books do not understand what they are asked; the subclass says what it is."""


class NoEntries(Malformed):
    """A posting moves something, in at most 200 entries."""


class MalformedPath(Malformed):
    """An account is named like `sandbox/held/mil_...`, in at most 200 characters."""


class SameAccount(Malformed):
    """Source and target are two accounts."""


class AmountRefused(Malformed):
    """An amount is a whole number of minor units above zero, at most 10^15."""


class NotOneCurrency(Malformed):
    """A posting has one currency, three capital letters (ISO 4217)."""


class MalformedWord(Malformed):
    """Key and subject are 1 to 200 visible ASCII characters; a kind is like `release` or `payout.confirm`, at most 60."""


@dataclass(frozen=True, slots=True)
class Request:
    """A posting as asked for, in bounds. `corrects` is the key of another posting."""

    key: str
    kind: str
    subject: str
    currency: str
    # Source path, target path, minor units.
    moves: tuple[tuple[str, str, int], ...]
    corrects: str | None
    happened_at: datetime
    posted_at: datetime

    @property
    def paths(self) -> list[str]:
        return sorted({path for source, target, _amount in self.moves for path in (source, target)})

    @property
    def hash(self) -> str:
        moves = ((source, target, amount, self.currency) for source, target, amount in self.moves)
        return request_hash(self.kind, self.subject, self.corrects, moves)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt to write: the new posting's id, or why there is none."""

    posting: int | None = None
    # The account that has too little.
    short: str | None = None


def request_hash(kind: str, subject: str, corrects: str | None, moves: Iterable[tuple[str, str, int, str]]) -> str:
    """SHA-256, in hex, of lines of ASCII: format, kind, subject, key corrected or `-`, then each entry in its order.

    Neither the key nor a time is among them: the same request may be repeated later, and is then the same.
    """
    head = f"milepost posting 1\n{kind}\n{subject}\n{corrects or '-'}\n"
    lines = "".join(f"{source} {target} {amount} {currency}\n" for source, target, amount, currency in moves)
    return hashlib.sha256((head + lines).encode()).hexdigest()


def may_go_below_zero(path: str) -> bool:
    """The world, a provider's costs and claims after a chargeback may; nothing that is held or owed."""
    return path.startswith(("outside/", "chargeback/")) or "/costs/" in path


def checked(
    *,
    key: str,
    kind: str,
    subject: str,
    transfers: Sequence[Entry],
    happened_at: datetime,
    posted_at: datetime,
    corrects: str | None,
) -> Request:
    """The request, or a subclass of `Malformed`."""
    if not (_KIND.fullmatch(kind) and all(_WORD.fullmatch(word) for word in (key, subject, corrects or "-"))):
        raise MalformedWord(_("The books do not take this key, kind or subject."))
    if not 0 < len(transfers) <= ENTRIES_MAX:
        raise NoEntries(_("A posting has between 1 and %(most)s entries.") % {"most": ENTRIES_MAX})
    assert happened_at.tzinfo and posted_at.tzinfo, "an instant has a time zone"
    moves = tuple(_move(entry) for entry in transfers)
    return Request(key, kind, subject, _one_currency(transfers), moves, corrects, happened_at, posted_at)


def _move(entry: Entry) -> tuple[str, str, int]:
    for path in (entry.source, entry.target):
        if len(path) > 200 or not _PATH.fullmatch(path):
            raise MalformedPath(_("“%(path)s” is not the name of an account.") % {"path": path[:200]})
    if entry.source == entry.target:
        raise SameAccount(_("Nothing moves from %(path)s to itself.") % {"path": entry.source})
    minor = entry.money.minor
    # A bool is an int to Python, and a float may look like one.
    if type(minor) is not int or not 0 < minor <= AMOUNT_MAX:
        raise AmountRefused(_("%(amount)s is not an amount that the books take.") % {"amount": minor})
    return entry.source, entry.target, minor


def _one_currency(transfers: Sequence[Entry]) -> str:
    currencies = sorted({entry.money.currency for entry in transfers})
    if len(currencies) != 1 or not _CURRENCY.fullmatch(currencies[0]):
        raise NotOneCurrency(_("A posting has one currency, not “%(found)s”.") % {"found": ", ".join(currencies)})
    return currencies[0]
