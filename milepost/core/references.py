"""The structured reference of a payment (ISO 11649): printed with it, typed by the payer, found again on a statement.

It is made from the id of the row that is paid, so that nothing has to be kept to find that row by it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from milepost.core.entries import BadEntry

# No I, L, O and U: nothing that is read as another. Sixteen of them are 80 bits.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 16


def structured_reference(id: str) -> str:
    """`RF18K7M29QX4...`: 20 characters of the at most 25 that there may be; the same id always gives the same."""
    number = int.from_bytes(hashlib.sha256(f"milepost.reference:{id}".encode()).digest()[:10], "big")
    body = "".join(_ALPHABET[number >> shift & 31] for shift in range((_LENGTH - 1) * 5, -1, -5))
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def grouped(reference: str) -> str:
    """In fours, as people type it."""
    return " ".join(reference[place : place + 4] for place in range(0, len(reference), 4))


def reference(typed: str) -> str:
    """What somebody typed from a statement, without spaces. Refuses what is no structured reference."""
    text = _compact(typed)
    if not text:
        raise BadEntry("Type the reference: it begins with RF.")
    if not re.fullmatch(r"RF[0-9]{2}[A-Z0-9]*", text):
        raise BadEntry("A structured reference begins with RF and two digits, then letters and digits.")
    if not 5 <= len(text) <= 25:
        raise BadEntry(f"A structured reference has 5 to 25 characters; this one has {len(text)}.")
    if not iso11649.is_valid(text) or mod_97_10.calc_check_digits(text[4:] + "RF") != text[2:4]:
        raise BadEntry("This reference has a mistake in it: its check digits don’t fit the rest.")
    return text


def found(text: str, ids: Iterable[str]) -> str | None:
    """Which of these rows a line of a statement names, whatever else stands in it; None for none, or for several."""
    line = _compact(text)
    named = [id for id in ids if structured_reference(id) in line]
    return named[0] if len(named) == 1 else None


def _compact(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())
