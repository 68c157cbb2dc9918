"""The clauses under every holder: pinned word for word, and what a deposit or a custodian changes in them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from milepost.core.terms import Custodian, Payee, Tax, Window
from milepost.documents import clauses, contract
from milepost.documents.consents import CONSENTS

PAYEE = Payee("Cora Trust, clients", iban="SE4550000000058398257466", bic="ESSESESS")
CORA = Custodian("par_3", "Cora Trust", "cora@example.org", "Notary, supervised by the bar.", PAYEE)
SIGNED = Path(__file__).parent / "clauses.json"


def test_words_that_may_have_been_signed_are_not_edited(make_terms):
    """The digest of each wording over several terms. A difference means: write the next version beside it."""
    found = digests(make_terms)
    signed = json.loads(SIGNED.read_text(encoding="utf-8"))
    assert found.keys() >= signed.keys(), "a wording that may have been signed is gone"
    changed = {name: digest for name, digest in found.items() if signed.get(name) != digest}
    assert not changed, f"new or altered wordings, by digest: {json.dumps(changed, indent=1)}"


def digests(make_terms) -> dict[str, str]:
    first, *others = make_terms().milestones
    mixed = (replace(first, holder="sandbox", review=Window(48, "hours")), *others)
    many = [
        make_terms(),
        make_terms(holder="sandbox", parallel=True, sender="client", tax=Tax("standard", 1950)),
        make_terms(milestones=mixed, review=Window(1, "hours"), tax=Tax("exempt", reason="Reverse charge")),
        make_terms(milestones=(first,), payment_type="one_time", scope="", exclusions="", law="", venue=""),
    ]
    # What came with a second version is tried on these too; the digests of the first ones stand.
    later = [
        make_terms(review=Window(5, "business_days", "SE"), extension=Window(3, "business_days", "SE")),
        make_terms(milestones=mixed, review=Window(5, "business_days", "DE-BY"), extension=Window(1, "days")),
        make_terms(holder="custodian", custodian=CORA),
        make_terms(holder="freelancer", custodian=CORA, milestones=(replace(first, holder="custodian"), *others)),
        make_terms(holder="nobody", payment_days=14),
        make_terms(holder="nobody", payment_days=1),
    ]
    found = {}
    for wording in clauses.WORDINGS.values():
        tried = many + (
            later if wording.version > 1 or wording.id in ("funding.freelancer", "funding.custodian") else []
        )
        texts = [[asdict(block) for block in wording.body(terms)] for terms in tried if wording.needed(terms)]
        whole = json.dumps([wording.heading, texts], ensure_ascii=False)
        found[f"{wording.id} {wording.version}"] = hashlib.sha256(whole.encode()).hexdigest()
    return found


def test_the_custodians_account_stands_in_no_paper_but_its_end(make_terms):
    whole = json.dumps(asdict(contract.content(make_terms(holder="custodian", custodian=CORA))))
    assert "Cora Trust" in whole
    assert "ends in 7466" in whole
    assert PAYEE.iban not in whole.replace(" ", "")


def test_a_deposit_is_never_called_held_or_safe(make_terms):
    said = contract.content(make_terms(holder="freelancer"))
    whole = json.dumps([asdict(section) for section in said.sections if section.id != "words"]).lower()
    assert "owes the deposit back" in whole
    for word in (" held by", "is held", "safe", "escrow"):
        assert word not in whole, word


def test_who_holds_decides_when_rights_pass(make_terms):
    def rights(**facts):
        (section,) = [each for each in contract.content(make_terms(**facts)).sections if each.id == "rights"]
        return json.dumps(asdict(section), ensure_ascii=False)

    assert "received by the freelancer" in rights(holder="nobody")
    assert "approved: the deposit" in rights(holder="freelancer")
    assert "is released" in rights(holder="custodian", custodian=CORA)


# -- with a custodian ----------------------------------------------------------------------------------


@pytest.fixture
def said(make_terms):
    """The words of a contract, clause by clause."""

    def words(**facts):
        content = contract.content(make_terms(**facts))
        return {each.id: json.dumps(asdict(each), ensure_ascii=False) for each in content.sections}

    return words


HELD = {"holder": "custodian", "custodian": CORA}


def test_the_mandate_says_who_on_what_ground_and_on_whose_word(said):
    mandate = said(**HELD)["funding.custodian"]
    for words in (
        "Cora Trust (cora@example.org)",
        "Notary, supervised by the bar.",
        "Without its signature they do not come into force",
        "pays it out to the freelancer when the milestone is approved, by the client or by the clock",
        "pays it back to the client when the milestone is cancelled",
        "pays back what is more than the amount",
        "Less than the amount does not open the milestone",
        "not on what one party tells it",
    ):
        assert words in mandate


def test_the_operator_may_be_the_custodian_and_nothing_else(said):
    with_one, without = said(**HELD), said(holder="nobody")
    assert "has no part in it unless it is the custodian" in with_one["words"]
    assert "The operator is not a party to this agreement" in without["words"]
    assert not any("The operator is not a party" in words for words in with_one.values())
    assert "unless the operator is the custodian" in with_one["funding.custodian"]
    assert "unless" not in without["funding.nobody"]


def test_three_sign_and_all_of_them_get_the_sealed_contract(said):
    assert "When both parties and the custodian have signed" in said(**HELD)["signature"]
    assert "When both have signed" not in said(**HELD)["signature"]
    assert "When both have signed" in said(holder="freelancer")["signature"]
    assert "accepted its mandate under them" in said(**HELD)["changes"]


def test_without_a_custodian_nothing_speaks_of_one(said):
    for holder in ("nobody", "freelancer", "sandbox"):
        assert not [id for id, words in said(holder=holder).items() if "ustodian" in words]


def test_a_rule_of_one_holder_is_about_its_milestones_alone(said, make_terms):
    first, second, third = make_terms().milestones
    mixed = (first, replace(second, holder="freelancer"), replace(third, holder="custodian"))
    words = {id: text.replace("\N{NO-BREAK SPACE}", " ") for id, text in said(milestones=mixed, custodian=CORA).items()}
    assert "For milestone 1 (“January”) no deposit is asked for" in words["funding.nobody"]
    assert "For milestone 2 (“February”) the client pays the amount to the freelancer" in words["funding.freelancer"]
    assert "For milestone 3 (“March”) the money is held by Cora Trust" in words["funding.custodian"]
    for id in ("order", "payment", "rights"):
        assert "deposit" in words[id], id
    assert "The freelancer then sends back" in words["ending"]
    assert "The custodian then pays back" in words["ending"]


def text_of(pdf):
    """Without any spaces: where a line ends is not asked."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_the_signature_page_has_three_panels(make_terms, both_signatures):
    ada, carl = both_signatures
    cora = replace(carl, side="custodian", name="Cora Nilsson", legal_name="Cora Trust AB", consent_version=3)
    hashes = {"fingerprint": "a1" * 32, "reading_sha256": "b2" * 32, "chain_head": "c3" * 32}
    text = text_of(contract.render_executed(make_terms(**HELD), signatures=(ada, carl, cora), **hashes))
    for words in (
        "Thefreelancer",
        "Theclient",
        "Thecustodian",
        "CoraTrustAB",
        "acceptedthemandateintheterms;consent,version3",
    ):
        assert words in text
    assert "".join(CONSENTS[3].split()) in text
    assert PAYEE.iban not in text


def test_the_paper_has_the_end_of_the_account_alone(make_terms):
    text = text_of(contract.render(make_terms(**HELD)))
    assert "CoraTrust,clientsthatendsin7466" in text
    assert PAYEE.iban not in text
    assert PAYEE.iban[4:12] not in text
