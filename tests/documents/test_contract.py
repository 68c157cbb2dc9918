"""The service agreement: which clauses and words stand in it, and what kind of PDF it becomes."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import asdict, replace

import pikepdf
import pytest

from milepost.core.terms import Clause, Document, Tax, Window, canonical, read
from milepost.documents import clauses, contract
from milepost.documents.blocks import Callout, Facts, Quoted
from milepost.gateways.renderer import CannotSet


def words(content, id):
    (section,) = [section for section in content.sections if section.id == id]
    return json.dumps([asdict(block) for block in section.blocks], ensure_ascii=False)


# -- which clauses -----------------------------------------------------------------------------------


def test_the_clauses_of_the_holder_alone_are_in_it(make_terms):
    ids = [clause.id for clause in contract.clauses_for(make_terms(holder="nobody"))]
    assert "funding.nobody" in ids and "funding.sandbox" not in ids
    ids = [clause.id for clause in contract.clauses_for(make_terms(holder="sandbox"))]
    assert "funding.sandbox" in ids and "funding.nobody" not in ids


def test_milestones_with_two_holders_bring_both_clauses_and_name_the_milestones(make_terms):
    terms = make_terms()
    first, *others = terms.milestones
    content = contract.content(make_terms(milestones=(replace(first, holder="sandbox"), *others)))
    assert "For milestone\N{NO-BREAK SPACE}1 (“January”) the money is pretend money" in words(
        content, "funding.sandbox"
    )
    assert "2 (“February”) and milestone\N{NO-BREAK SPACE}3 (“March”) nobody holds money" in words(
        content, "funding.nobody"
    )
    assert "Money: Pretend money" in words(content, "schedule")


def test_clauses_that_terms_name_are_found_again_after_the_fingerprint(make_terms):
    terms = make_terms()
    terms = replace(terms, clauses=contract.clauses_for(terms))
    again, _document = read(canonical(terms, Document("template", "00" * 32)))
    assert contract.content(again) == contract.content(make_terms())
    assert [(section.id, section.version) for section in contract.content(again).sections] == [
        (clause.id, clause.version) for clause in terms.clauses
    ]


def test_an_older_version_keeps_its_words(make_terms, monkeypatch):
    newer = replace(clauses.WORDINGS["changes", 1], version=2, heading="Changes, said anew")
    monkeypatch.setitem(clauses.WORDINGS, ("changes", 2), newer)
    old = make_terms(clauses=(Clause("changes", 1),))
    assert contract.content(old).sections[0].heading == "Changes to this agreement"
    assert Clause("changes", 2) in contract.clauses_for(make_terms())


def test_every_clause_has_its_place():
    assert {clause for clause, _version in clauses.WORDINGS} == set(clauses.ORDER)


def test_a_consumer_is_refused(make_terms):
    with pytest.raises(contract.NotForConsumers) as refused:
        contract.clauses_for(make_terms(client_type="consumer"))
    assert refused.value.field == "client_type"


# -- which words -------------------------------------------------------------------------------------


def test_silence_counts_as_approval_in_a_box_of_its_own(make_terms):
    content = contract.content(make_terms(review=Window(3, "days")))
    (section,) = [section for section in content.sections if section.id == "acceptance"]
    boxes = [block for block in section.blocks if isinstance(block, Callout)]
    said = " ".join(text for box in boxes for text in (box.heading, *box.paragraphs)).replace("\N{NO-BREAK SPACE}", " ")
    for expected in (
        "silence counts as approval",
        "The client has 3 days",
        "the delivery notice that the client’s mail server accepted",
        "first view of the delivery, whichever is earlier",
        "by the clock of Europe/Stockholm",
        "the record says that the clock did it",
        "A request for changes stops the window. A new delivery starts it anew",
        "reminded by e-mail, twice",
        "while the delivery notice or both reminders have failed",
    ):
        assert expected in said


def test_rights_pass_when_received_or_when_released(make_terms):
    nobody = words(contract.content(make_terms(holder="nobody")), "rights")
    assert "has been received" in nobody and "released" not in nobody
    sandbox = words(contract.content(make_terms(holder="sandbox")), "rights")
    assert "is released" in sandbox and "has been received" not in sandbox


def test_pretend_money_is_in_sight_everywhere(make_terms):
    content = contract.content(make_terms(holder="sandbox"))
    assert content.warning.startswith("Pretend money")
    assert "Neither party owes the other a real payment" in words(content, "funding.sandbox")
    assert contract.content(make_terms(holder="nobody")).warning == ""


def test_law_and_venue_are_those_asked_for(make_terms):
    content = contract.content(make_terms(law="Sweden", venue="Stockholm District Court"))
    (section,) = [section for section in content.sections if section.id == "law"]
    (facts,) = [block for block in section.blocks if isinstance(block, Facts)]
    assert [fact.text for fact in facts.items] == ["Sweden", "Stockholm District Court"]


def test_parallel_and_single_milestones_say_so(make_terms):
    one = make_terms().milestones[:1]
    assert "milestone before it" in words(contract.content(make_terms(parallel=False)), "order")
    assert "Several milestones may be open at once" in words(contract.content(make_terms(parallel=True)), "order")
    single = words(contract.content(make_terms(milestones=one, payment_type="one_time")), "order")
    assert "milestone before it" not in single and "Several" not in single


@pytest.mark.parametrize(
    ("tax", "said"),
    [
        (Tax(), "state no tax"),
        (Tax("standard", 1950), "at 19.5\N{NO-BREAK SPACE}%"),
        (Tax("exempt", reason="Reverse charge"), "Reverse charge"),
    ],
)
def test_tax_is_said_as_the_terms_treat_it(make_terms, tax, said):
    assert said in words(contract.content(make_terms(tax=tax)), "tax")


def test_words_that_claim_too_much_are_not_in_it(make_terms):
    for holder in ("nobody", "sandbox"):
        whole = json.dumps(asdict(contract.content(make_terms(holder=holder))))
        assert "(simple), sealed by the installation" in whole
        assert "Any alteration can be found with a copy that either side holds" in whole
        assert not re.search(r"escrow|court-proof|cannot be altered|tamper-proof|guarantee[ds]? payment", whole, re.I)


def test_words_of_the_parties_stand_line_by_line(make_terms):
    content = contract.content(make_terms(scope="First line\r\n\n  Second line  "))
    (section,) = [section for section in content.sections if section.id == "scope"]
    assert next(block.lines for block in section.blocks if isinstance(block, Quoted)) == ("First line", "Second line")


# -- which PDF ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reading_copy(make_terms):
    return contract.render(make_terms())


def test_the_same_terms_give_the_same_bytes(make_terms, reading_copy):
    assert contract.render(make_terms()) == reading_copy
    assert contract.render(make_terms(venue="Uppsala District Court")) != reading_copy


def test_the_reading_copy_says_that_it_is_pdf_a_and_pdf_ua(reading_copy):
    assert reading_copy.endswith(b"%%EOF\n")
    with pikepdf.open(io.BytesIO(reading_copy)) as pdf:
        assert standards(pdf) == ("3", "A", "1")
        assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang == "en-GB"
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/StructTreeRoot" in pdf.Root and "/Outlines" in pdf.Root
        assert pdf.open_metadata()["dc:title"] == "Service agreement: Social content, January to March"
        assert all(font_is_embedded(font) for page in pdf.pages for font in page.resources.Font.values())


def standards(pdf):
    metadata = pdf.open_metadata()
    return metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]


def font_is_embedded(font):
    descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
    return "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_peoples_text_is_never_template_source(make_terms):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    hostile = '#read("/etc/passwd") $x$ *bold* `raw` \\ #eval("1") <label> @ref [x] #panic()'
    text = pdf_text(contract.render(make_terms(scope=hostile, project_name=hostile)))
    assert "root:" not in text
    assert text.replace("\n", " ").count('#read("/etc/passwd") $x$ *bold* `raw` \\ #eval("1")') >= 2


def test_every_page_says_its_number_and_the_project(make_terms, reading_copy):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    *pages, rest = pdf_text(reading_copy).split("\f")
    assert rest == "" and len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page and "Social content, January to March" in page


def test_text_from_right_to_left_and_very_long_words_are_set(make_terms):
    terms = make_terms(
        project_name="תוכן חברתי, ינואר עד מרץ",
        scope="פוסטים וסרטונים לערוצי החנות, 12 בכל חודש.\nالمنشورات بالعربية 3 مرات.\n" + "x" * 5000,
    )
    assert contract.render(terms).startswith(b"%PDF-")


def test_two_hundred_milestones_are_set(make_terms):
    (first, *_others) = make_terms().milestones
    many = tuple(replace(first, id=f"mil_{place}", title=f"Part {place}") for place in range(200))
    with pikepdf.open(io.BytesIO(contract.render(make_terms(milestones=many)))) as pdf:
        assert len(pdf.pages) > 20


def test_a_character_without_a_font_is_named(make_terms):
    with pytest.raises(CannotSet) as refused:
        contract.render(make_terms(project_name="Launch 🎉"))
    assert refused.value.characters == ("🎉",) and "party popper" in refused.value.sentence


def test_the_server_never_loads_what_sets_and_seals():
    """The confined processes load them; the server stays small."""
    code = (
        "import sys, django; django.setup();"
        "from milepost.documents import contract, invoice, fonts; from milepost.gateways import seal, renderer;"
        "fonts.missing_characters('漢');"
        "print(sorted({'typst', 'pyhanko', 'pikepdf', 'fontTools', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def pdf_text(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def test_a_milestone_is_a_row_with_its_deliverables(make_terms):
    terms = make_terms()
    rows = [
        block for section in contract.content(terms).sections for block in section.blocks if block.kind == "schedule"
    ]
    assert [[item.title for item in row.items] for row in rows[0].rows] == [
        [deliverable.title for deliverable in milestone.deliverables] for milestone in terms.milestones
    ]
