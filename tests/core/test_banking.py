"""Bank accounts as people type them: what is taken, and the sentence for what is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core import banking
from milepost.core.money import Money
from milepost.core.refusals import Refused, Several
from milepost.core.terms import Payee

GERMAN = "DE89370400440532013000"
SWEDISH = "SE4550000000058398257466"
SWISS = "CH9300762011623852957"
REFERENCE = "RF18539007547034"


@pytest.mark.parametrize(
    "typed",
    [
        GERMAN,
        "de89 3704 0044 0532 0130 00",
        "  DE89-3704-0044-0532-0130-00\n",
        "DE89\u00a03704\u202f0044.0532.0130.00",
    ],
)
def test_an_iban_may_be_typed_as_it_stands_on_a_statement(typed: str) -> None:
    assert banking.iban(typed) == GERMAN


# From the registry of ISO 13616: the shortest, the longest, and those with letters inside.
@pytest.mark.parametrize(
    "iban",
    [
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "GB29NWBK60161331926819",
        "FR1420041010050500013M02606",
        "BE68539007547034",
        SWEDISH,
        SWISS,
    ],
)
def test_ibans_of_many_countries_are_taken(iban: str) -> None:
    assert banking.iban(banking.grouped(iban)) == iban


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Type the IBAN"),
        ("   ", "Type the IBAN"),
        ("DE89 3704 0044 0532 0130 01", "check digits don’t fit"),
        ("DE98 3704 0044 0532 0130 00", "check digits don’t fit"),
        ("DE89 3704 0044 0523 0130 00", "check digits don’t fit"),
        ("SE00 0000 0000 0000 0000 0000", "check digits don’t fit"),
        ("DE89 3704 0044 0532 0130 0", "An IBAN of DE has 22 characters; this one has 21."),
        ("DE89 3704 0044 0532 0130 000", "this one has 23"),
        ("US64 SVBK US6S 3300 9586 79", "“US” is not a country that has IBANs"),
        ("ZZ89 3704 0044 0532 0130 00", "“ZZ” is not a country that has IBANs"),
        ("3704 0044 0532 0130 00", "begins with two letters"),
        ("DE89 3704 0044 0532 0130 O0", "letters and digits in other places"),
        ("DEX9 3704 0044 0532 0130 00", "letters and digits in other places"),
        ("DE89/3704/0044/0532/0130/00", "“/” is neither"),
        ("ДЕ89370400440532013000", "“Д” is neither"),
        ("DE89\u202e370400440532013000", "hidden character"),
        ("DE89" * 100, "are the most that fit"),
    ],
)
def test_a_wrong_iban_is_refused_with_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        banking.iban(typed)


@given(place=st.integers(4, 21), digit=st.sampled_from("0123456789"))
def test_no_single_wrong_digit_passes(place: int, digit: str) -> None:
    wrong = GERMAN[:place] + digit + GERMAN[place + 1 :]
    if wrong != GERMAN:
        with pytest.raises(Refused, match="check digits"):
            banking.iban(wrong)


@given(place=st.integers(4, 20))
def test_no_two_digits_that_changed_places_pass(place: int) -> None:
    wrong = GERMAN[:place] + GERMAN[place + 1] + GERMAN[place] + GERMAN[place + 2 :]
    if wrong != GERMAN:
        with pytest.raises(Refused, match="check digits"):
            banking.iban(wrong)


def test_check_digits_that_only_sum_up_are_no_check_digits() -> None:
    """97 more is the same remainder: ISO 13616 has 02 to 98 alone."""
    body = next(f"{number:018}" for number in range(1000) if _digits(f"{number:018}") == "02")
    assert banking.iban(f"DE02{body}")
    with pytest.raises(Refused, match="check digits"):
        banking.iban(f"DE99{body}")


def _digits(body: str) -> str:
    return f"{98 - int(body + '131400') % 97:02}"


@pytest.mark.parametrize(
    ("typed", "account", "read"),
    [
        ("cobadeff xxx", GERMAN, "COBADEFFXXX"),
        ("COBADEFF", "", "COBADEFF"),
        ("HANDSESS", SWEDISH, "HANDSESS"),
        ("CRLYGPGX", "FR1420041010050500013M02606", "CRLYGPGX"),
        ("MIDLJESH", "GB29NWBK60161331926819", "MIDLJESH"),
    ],
)
def test_a_bic_is_of_the_country_of_its_iban_or_a_territory_of_it(typed: str, account: str, read: str) -> None:
    assert banking.bic(typed, account) == read


@pytest.mark.parametrize(
    ("typed", "account", "sentence"),
    [
        ("", GERMAN, "Type the BIC."),
        ("COBADEF", GERMAN, "8 or 11 characters; this one has 7"),
        ("COBADEFFX", GERMAN, "8 or 11 characters; this one has 9"),
        ("COBAXXFF", GERMAN, "“XX”, the fifth and sixth letters"),
        ("12BADEFF", GERMAN, "not what a BIC looks like"),
        ("COBADEF!", GERMAN, "“!” is neither"),
        ("HANDSESS", GERMAN, "a bank in SE, but the IBAN is of DE"),
        ("CRLYGPGX", GERMAN, "a bank in GP, but the IBAN is of DE"),
    ],
)
def test_a_wrong_bic_is_refused_with_what_is_wrong(typed: str, account: str, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        banking.bic(typed, account)


# -- the whole form --------------------------------------------------------------------------------


def test_the_form_reads_either_kind() -> None:
    made = banking.payee(kind="iban", name=" Ada ", iban="de89 3704 0044 0532 0130 00", bic="", lines="ignored 1")
    assert made == Payee("Ada", GERMAN)
    other = banking.payee(kind="lines", name="Ada", iban="ignored", lines="Account 12345678\r\nSort code 01-02-03")
    assert other == Payee("Ada", lines="Account 12345678\nSort code 01-02-03")
    assert (banking.ending(made), banking.ending(other)) == ("3000", "0203")


def test_all_that_is_wrong_is_said_at_its_field() -> None:
    with pytest.raises(Several) as several:
        banking.payee(kind="iban", name="x" * 71, iban="DE1", bic="COBA")
    assert [refusal.field for refusal in several.value.refusals] == ["name", "iban", "bic"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "cash"}, "kind"),
        ({"kind": "iban", "name": "", "iban": GERMAN}, "name"),
        ({"kind": "iban", "name": "Ada\nBob", "iban": GERMAN}, "name"),
        ({"kind": "lines", "lines": "ask me"}, "lines"),
        ({"kind": "lines", "lines": "1" * 2001}, "lines"),
    ],
)
def test_what_no_bank_could_use_is_refused(typed: dict[str, str], field: str) -> None:
    with pytest.raises(Several) as several:
        banking.payee(**{"name": "Ada"} | typed)  # type: ignore[arg-type]
    assert [refusal.field for refusal in several.value.refusals] == [field]


def test_no_account_is_in_what_is_printed_of_a_payee() -> None:
    assert "DE89" not in repr(Payee("Ada", GERMAN, "COBADEFF"))
    assert "12345678" not in repr(Payee("Ada", lines="12345678"))


# -- the code that is photographed -------------------------------------------------------------------


def test_the_code_says_all_of_the_payment() -> None:
    said = banking.epc(Payee("Ada Lindqvist", GERMAN, "COBADEFF"), Money(1050, "EUR"), REFERENCE)
    lines = ["BCD", "002", "1", "SCT", "COBADEFF", "Ada Lindqvist", GERMAN, "EUR10.50", "", REFERENCE]
    assert said == "\n".join(lines)


@pytest.mark.parametrize("minor", [1, 99_999_999_999])
def test_the_limits_of_the_amount_are_within(minor: int) -> None:
    assert banking.epc(Payee("Ada", GERMAN), Money(minor, "EUR"), REFERENCE)


@pytest.mark.parametrize(
    ("payee", "amount"),
    [
        (Payee("Ada", GERMAN), Money(1000, "USD")),
        (Payee("Ada", lines="Account 1"), Money(1000, "EUR")),
        (Payee("Ada", GERMAN), Money(0, "EUR")),
        (Payee("Ada", GERMAN), Money(100_000_000_000, "EUR")),
        (Payee("x" * 71, GERMAN), Money(1000, "EUR")),
        (Payee("\U0001d538" * 70, GERMAN), Money(1000, "EUR")),
        (Payee("Ada", "SA0380000000608010167519", "RIBLSARI"), Money(1000, "EUR")),
        (Payee("Ada", SWISS), Money(1000, "EUR")),
    ],
)
def test_where_the_standard_has_no_code_there_is_none(payee: Payee, amount: Money) -> None:
    assert banking.epc(payee, amount, REFERENCE) is None


def test_outside_of_the_economic_area_the_code_names_the_bank() -> None:
    assert banking.epc(Payee("Ada", SWISS, "POFICHBE"), Money(1000, "EUR"), REFERENCE)
