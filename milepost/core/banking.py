"""Bank accounts as people type them, read as what a bank takes, or refused in a sentence for that field.

IBAN: ISO 13616, check digits mod 97 (ISO 7064), length and shape by country. BIC: ISO 9362. The code that a bank's
app photographs: EPC069-12, version 002.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from stdnum import bic as iso9362
from stdnum import numdb
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.iso7064 import mod_97_10

from milepost.core import entries
from milepost.core.entries import BadEntry
from milepost.core.money import Money, plain
from milepost.core.refusals import Refused, Several
from milepost.core.terms import Payee

# What SEPA leaves for the name of a payee, and the code that is photographed too.
NAME_MAX: Final = 70
LINES_MAX: Final = 2_000
# Territories whose banks have a BIC of their own country code with an IBAN of another (ECBS, EPC409-09).
_ALSO: Final[dict[str, frozenset[str]]] = {
    "FI": frozenset({"AX"}),
    "FR": frozenset({"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"}),
    "GB": frozenset({"GG", "IM", "JE"}),
}
# Where SEPA credit transfers go (EPC409-09); outside of the EEA they name the BIC too.
# fmt: off
_EEA: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
_SEPA: Final = _EEA | {"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"}
_EPC_MOST: Final = 99_999_999_999
_EPC_BYTES: Final = 331


def name(typed: str) -> str:
    """Whose account it is."""
    return entries.line(typed, most=NAME_MAX, missing="Type the name in which the account is kept.")


def iban(typed: str) -> str:
    """Without spaces, in capitals. Refuses, in this order, no country, a wrong length or shape, wrong check digits."""
    text = _compact(typed, "Type the IBAN: it stands on every statement of the account.")
    country = text[:2]
    shape = _shape(country)
    if not country.isalpha():
        raise BadEntry("An IBAN begins with two letters for its country, like SE or DE.")
    if shape is None:
        raise BadEntry(f"“{country}” is not a country that has IBANs. For an account there, choose “another account”.")
    length = 4 + sum(int(count) for count, _kind in shape)
    if len(text) != length:
        raise BadEntry(f"An IBAN of {country} has {length} characters; this one has {len(text)}.")
    body = "".join({"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}[kind] + f"{{{count}}}" for count, kind in shape)
    if not re.fullmatch(f"[A-Z]{{2}}[0-9]{{2}}{body}", text):
        raise BadEntry(
            f"IBANs of {country} have their letters and digits in other places. Compare it with a statement."
        )
    # The banks' own check digits, which some countries have inside, say nothing that these two do not.
    if mod_97_10.calc_check_digits(text[4:] + country) != text[2:4]:
        raise BadEntry(
            "This IBAN has a mistake in it: its check digits don’t fit the rest. Compare it with a statement."
        )
    return text


def bic(typed: str, account: str = "") -> str:
    """In capitals; of the country of the IBAN `account`, where that is given."""
    text = _compact(typed, "Type the BIC.")
    if len(text) not in (8, 11):
        raise BadEntry(f"A BIC has 8 or 11 characters; this one has {len(text)}.")
    try:
        iso9362.validate(text)
    except InvalidComponent:
        raise BadEntry(f"“{text[4:6]}”, the fifth and sixth letters of this BIC, is no country.") from None
    except ValidationError:
        raise BadEntry(
            "This is not what a BIC looks like: four letters, two for the country, then the place."
        ) from None
    country = account[:2]
    if country and text[4:6] != country and text[4:6] not in _ALSO.get(country, ()):
        raise BadEntry(f"This BIC is of a bank in {text[4:6]}, but the IBAN is of {country}. One of them is wrong.")
    return text


def lines(typed: str) -> str:
    """What a bank asks for where there is no IBAN: account and routing number, the bank and where it is."""
    text = entries.prose(typed.replace("\r\n", "\n"), most=LINES_MAX)
    if not any(character.isdigit() for character in text):
        raise BadEntry("Type what the bank needs to find the account: its number, the bank, and where the bank is.")
    return text


def payee(*, kind: str, name: str, iban: str = "", bic: str = "", lines: str = "") -> Payee:
    """The whole form, each refusal at its field. `kind`: `iban`, where the BIC may be left out, or `lines`."""
    wrong: list[Refused] = []

    def read(field: str, meaning: Callable[[str], str], typed: str) -> str:
        try:
            return meaning(typed)
        except Refused as refusal:
            refusal.field = field
            wrong.append(refusal)
            return ""

    whose, account, bank, other = read("name", _name, name), "", "", ""
    match kind:
        case "iban":
            account = read("iban", _iban, iban)
            bank = read("bic", lambda typed: _bic(typed, account), bic) if bic.strip() else ""
        case "lines":
            other = read("lines", _lines, lines)
        case _:
            wrong.append(Refused("Choose the kind of account.", field="kind"))
    if wrong:
        raise Several(wrong)
    return Payee(whose, account, bank, other)


# The form has fields of the same names.
_name, _iban, _bic, _lines = name, iban, bic, lines


def grouped(account: str) -> str:
    """`SE45 5000 0000 0583 9825 7466`: in fours, as people compare it."""
    return " ".join(account[place : place + 4] for place in range(0, len(account), 4))


def ending(payee: Payee) -> str:
    """The last four characters of the account, for lists and histories."""
    whole = payee.iban or "".join(character for character in payee.lines if character.isascii() and character.isalnum())
    return whole[-4:]


def epc(payee: Payee, amount: Money, reference: str) -> str | None:
    """What a bank's app reads from a photographed code; None where none is to be had: another currency than the
    euro, no IBAN of a SEPA country, no BIC where one is needed, an amount beyond the standard's limits."""
    country = payee.iban[:2]
    if amount.currency != "EUR" or country not in _SEPA or not (payee.bic or country in _EEA):
        return None
    if not 1 <= amount.minor <= _EPC_MOST or len(payee.name) > NAME_MAX or len(reference) > 25:
        return None
    # Version, UTF-8, SEPA credit transfer, bank, name, account, amount, no purpose, structured reference.
    said = ["BCD", "002", "1", "SCT", payee.bic, payee.name, payee.iban, f"EUR{plain(amount)}", "", reference]
    whole = "\n".join(said)
    return whole if len(whole.encode()) <= _EPC_BYTES else None


def _shape(country: str) -> list[tuple[str, str]] | None:
    """What follows country and check digits, as pairs of a count and `n`, `a` or `c`; None: no such country."""
    found = numdb.get("iban").info(country)
    shape = found[0][1].get("bban", "") if found else ""
    return re.findall(r"([1-9][0-9]*)!([nac])", shape) or None


def _compact(typed: str, missing: str) -> str:
    text = re.sub(r"[\s.\-\u00a0\u202f]", "", entries.prose(typed, most=200)).upper()
    if not text:
        raise BadEntry(missing)
    if wrong := re.search(r"[^A-Z0-9]", text):
        raise BadEntry(f"Only letters and digits stand here; “{wrong[0]}” is neither.")
    return text
