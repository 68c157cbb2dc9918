"""What a person typed into one field, read as what it means, or refused in a sentence for that field.

Text is stripped and in NFC. What can't be seen but changes what is read is refused, never taken out in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from milepost.core.refusals import Refused

# Hard to see, and they change the order in which the rest is read: an amount could say one thing and mean another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Bytes that were no text when they arrived (the replacement character), and marks of files, not of sentences.
_BROKEN = frozenset("\ufffd\ufeff\ufff9\ufffa\ufffb")

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP = r"(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])"
_MAILBOX = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>(?:{_LABEL}\.)+{_TOP})")


class BadEntry(Refused):
    """What was typed can't be used for what the field asks."""


def line(typed: str, *, most: int, missing: str) -> str:
    """One line of text. Refuses an empty one with the sentence `missing`, more than `most` characters, line ends."""
    text = prose(typed, most=most)
    if not _is_seen(text):
        raise BadEntry(missing)
    if "\n" in text:
        raise BadEntry("This has to be a single line.")
    return text


def prose(typed: str, *, most: int) -> str:
    """Several lines of text, or none."""
    text = unicodedata.normalize("NFC", typed.strip())
    for place, character in enumerate(text):
        if character in _TURNING or character in _BROKEN or _is_control(character):
            raise BadEntry(_unseen_sentence(text, place))
    if len(text) > most:
        raise BadEntry(f"This has {len(text):,} characters; {most:,} are the most that fit.")
    return text


def one_of(typed: str, values: Iterable[str], *, missing: str) -> str:
    """One of a closed list. Refuses anything else with the sentence `missing`."""
    if typed not in values:
        raise BadEntry(missing)
    return typed


def mailbox(typed: str) -> str:
    """An e-mail address in small letters: mailboxes that differ only in capitals are one. Domains as mail has them."""
    text = typed.strip().lower()
    if not text:
        raise BadEntry("Type an e-mail address.")
    local, at, domain = text.rpartition("@")
    text = local + at + _for_mail(domain)
    found = _MAILBOX.fullmatch(text)
    if found is None or len(text) > 254 or len(found["local"]) > 64:
        raise BadEntry(f"“{typed.strip()[:80]}” is not an e-mail address. It looks like name@example.com.")
    return text


def same_mailbox(one: str, other: str) -> bool:
    """Do both arrive in one mailbox? Capitals and what stands after a plus make no other one."""
    return _without_plus(one) == _without_plus(other)


def day(typed: str, *, earliest: date, latest: date, before: str, after: str) -> date:
    """A day as `2027-01-31`. Outside of the span it is refused with the sentence `before` or `after`."""
    text = typed.strip()
    if not text:
        raise BadEntry("Choose a day.")
    found = re.fullmatch(r"\+?(\d{4,6})-(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if found is None:
        raise BadEntry(f"“{text[:40]}” is not a day. Type it as year-month-day, like 2027-01-31.")
    year, month, number = (int(part) for part in found.groups())
    if year > latest.year:
        raise BadEntry(f"The year {year} is too far away. {after}")
    try:
        chosen = date(year, month, number)
    except ValueError:
        raise BadEntry(f"There is no such day as {text}.") from None
    if chosen < earliest:
        raise BadEntry(before)
    if chosen > latest:
        raise BadEntry(after)
    return chosen


def whole(typed: str, *, least: int, most: int, of: str) -> int:
    """A whole number between two; `of` names what is counted, for the sentence."""
    text = typed.strip()
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        raise BadEntry(f"Type a whole number of {of}, from {least:,} to {most:,}.")
    return int(text)


def rate(typed: str) -> int:
    """A percentage above 0 and up to 100, in basis points: `19`, `8.1 %`, `5,5` -> 1900, 810, 550."""
    text = typed.strip().removesuffix("%").strip()
    found = re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))?", text, re.ASCII)
    if found is None:
        raise BadEntry("Type the rate as a percentage with at most two decimals, like 19 or 8.1.")
    basis_points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if not 0 < basis_points <= 10_000:
        raise BadEntry("The rate has to be more than 0 and at most 100 percent.")
    return basis_points


def _for_mail(domain: str) -> str:
    """`müller.de` as `xn--mller-kva.de`; what can't be written so stays as it is, and is refused."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _is_seen(text: str) -> bool:
    """Is there anything to be seen: a letter, a digit, a sign?"""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _is_control(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")


def _unseen_sentence(text: str, place: int) -> str:
    before = text[max(0, place - 20) : place].replace("\n", " ").strip()
    where = f"After “{before}” there" if before else "At the beginning there"
    return f"{where} is a hidden character (U+{ord(text[place]):04X}). Delete it there, or type this part anew."


def _without_plus(mailbox: str) -> str:
    local, _, domain = mailbox.strip().lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"
