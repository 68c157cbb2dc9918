"""Every figure in the contract is one of the terms: read back from the structure and from the PDF, and compared."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import strategies as some

import milepost.documents
from milepost.core.money import AMOUNT_MAX, DECIMALS, Money
from milepost.core.terms import Deliverable, Milestone, Named, Tax, Terms, Window
from milepost.documents import consents, contract, figures
from milepost.documents.blocks import Block, Bullets, Callout, Facts, Paragraph, Quoted, Schedule

DOCUMENTS = Path(milepost.documents.__path__[0])
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# The one law that has numbers in its name: Regulation (EU) No 910/2014.
LAW = {"910", "2014"}

words = some.text(some.sampled_from("abcdefg ÄÖé שלום 0123456789"), min_size=1, max_size=20).filter(str.strip)
# pdftotext puts what stands from right to left into another order, figures among it.
words_of_the_west = some.text(some.sampled_from("abcdefg ÄÖé 0123456789"), min_size=1, max_size=20).filter(str.strip)
windows = some.one_of(
    some.builds(Window, some.integers(1, 90), some.just("days")),
    some.builds(Window, some.integers(1, 999), some.just("hours")),
    some.builds(
        Window, some.integers(1, 60), some.just("business_days"), some.sampled_from(["SE", "DE-BY", "US-NY", "SA"])
    ),
)
days = some.dates(date(2026, 11, 1), date(2036, 12, 31))


@some.composite
def any_terms(draw, words=words) -> Terms:
    holders = some.sampled_from(["nobody", "sandbox"])
    count = draw(some.integers(1, 5))
    milestones = tuple(
        Milestone(
            id=f"mil_{place}",
            title=draw(words),
            due_on=draw(days),
            amount_minor=draw(some.integers(1, AMOUNT_MAX)),
            deliverables=(Deliverable("del", draw(words), draw(words)),),
            holder=draw(some.none() | holders),
            review=draw(some.none() | windows),
        )
        for place in range(count)
    )
    taxes = [Tax(), Tax("standard", draw(some.integers(1, 9999))), Tax("exempt", reason=draw(words))]
    return Terms(
        project_name=draw(words),
        payment_type="one_time" if count == 1 else "milestone",
        client=Named(draw(words), "carl@carlandsons.example"),
        client_type="business",
        freelancer=Named(draw(words), "ada@lindqvist.example"),
        sender=draw(some.sampled_from(["client", "freelancer"])),
        signatures=("client", "freelancer"),
        currency=draw(some.sampled_from(sorted(DECIMALS))),
        tax=draw(some.sampled_from(taxes)),
        holder=draw(holders),
        start_on=draw(days),
        time_zone=draw(some.sampled_from(["Europe/Stockholm", "America/New_York", "Asia/Kolkata", "UTC"])),
        language="en",
        review=draw(windows),
        parallel=draw(some.booleans()),
        sign_until=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=draw(some.integers(0, 10**6))),
        scope=draw(words),
        exclusions=draw(words),
        law=draw(words),
        venue=draw(words),
        milestones=milestones,
        extension=draw(some.none() | windows),
    )


@hypothesis.given(any_terms())
def test_no_figure_in_the_contract_but_those_of_the_terms(terms):
    printed = {figure for text in all_texts(contract.content(terms)) for figure in figures_in(text)}
    assert printed - allowed(terms) == set()


@hypothesis.given(any_terms())
def test_the_schedule_reads_back_as_the_terms(terms):
    (schedule,) = blocks(terms, "schedule", Schedule)
    assert [date_of(row.due) for row in schedule.rows] == [each.due_on for each in terms.milestones]
    assert [minor(row.amount, terms.currency) for row in schedule.rows] == [m.amount_minor for m in terms.milestones]
    assert minor(schedule.sums[-1].text, terms.currency) == sum(m.amount_minor for m in terms.milestones)
    assert [row.number for row in schedule.rows] == [str(place + 1) for place in range(len(terms.milestones))]


@hypothesis.given(any_terms())
def test_start_time_to_sign_and_limit_of_liability_read_back_as_the_terms(terms):
    assert date_of(text_of(terms, "order")) == terms.start_on
    assert terms.total.minor in amounts(text_of(terms, "liability"), terms.currency)
    assert terms.total.minor in amounts(text_of(terms, "payment"), terms.currency)
    until = terms.sign_until.astimezone(ZoneInfo(terms.time_zone))
    signature = text_of(terms, "signature").replace("\N{NO-BREAK SPACE}", " ")
    assert f"{until.day} {MONTHS[until.month - 1]} {until.year}, {until:%H:%M} ({terms.time_zone})" in signature
    rate = re.search(r"at (\d+)(?:\.(\d+))?\s%", text_of(terms, "tax"))
    if terms.tax.treatment == "standard":
        assert rate and int(rate[1] + (rate[2] or "").ljust(2, "0")) == terms.tax.rate_basis_points
    else:
        assert not rate


@hypothesis.settings(max_examples=12)
@hypothesis.given(any_terms(words_of_the_west))
def test_the_pdf_prints_the_figures_of_the_structure_and_no_others(terms):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    content = contract.content(terms)
    text = pdf_text(contract.render(terms))
    pages = {str(page) for page in range(1, text.count("\f") + 1)}
    numbers = {part for section in content.sections for block in section.blocks for part in figures_in(number(block))}
    numbers |= {section.number for section in content.sections}
    printed = figures_in(text)
    assert set(printed) - allowed(terms) - pages - numbers == set()
    for milestone in terms.milestones:
        assert figure(milestone.amount_minor, terms.currency) in printed
    assert figure(terms.total.minor, terms.currency) in printed


def test_no_source_of_a_clause_has_a_figure_of_its_own():
    sources = [*sorted((DOCUMENTS / "clauses").glob("*.py")), DOCUMENTS / "contract.py", DOCUMENTS / "holders.py"]
    assert len(sources) > 8
    for source in sources:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        for text in literals(tree):
            assert set(re.findall(r"\d+", text)) <= LAW, f"{source.name}: {text}"
            assert not re.search(r"\b(three|four|five|six|seven|ten|fourteen|thirty|sixty|ninety)\b", text), text
        versions = {
            id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "version"
        }
        constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in versions]
        numbers = {node.value for node in constants if type(node.value) is int}
        assert numbers <= {0, 1}, source.name


def test_nor_has_the_consent_that_is_signed():
    for version, text in consents.CONSENTS.items():
        assert not re.search(r"\d", text), version


@pytest.mark.parametrize(
    ("minor_units", "currency", "shown"),
    [(600_000, "USD", "USD 6,000.00"), (5, "EUR", "EUR 0.05"), (1_234_567, "JPY", "JPY 1,234,567")],
)
def test_amounts_are_shown_with_their_decimals(minor_units, currency, shown):
    assert figures.amount(Money(minor_units, currency)) == shown.replace(" ", figures.TIE)


def test_instants_are_shown_in_the_zone_and_in_utc():
    at = datetime(2026, 12, 18, 23, 30, 5, tzinfo=UTC)
    assert (
        figures.instant(at, "Europe/Stockholm").replace(figures.TIE, " ")
        == "19 December 2026, 00:30 (Europe/Stockholm)"
    )
    assert figures.instant_utc(at, "UTC").startswith(f"18{figures.TIE}December{figures.TIE}2026, 23:30:05 UTC; ")


# -- what is printed -----------------------------------------------------------------------------


def blocks(terms: Terms, id: str, kind: type) -> list:
    (section,) = [section for section in contract.content(terms).sections if section.id == id]
    return [block for block in section.blocks if isinstance(block, kind)]


def text_of(terms: Terms, id: str) -> str:
    return " ".join(text for block in blocks(terms, id, object) for text in texts(block))


def all_texts(content: contract.Contract) -> list[str]:
    head = [content.title, content.project, content.warning]
    head += [text for party in content.parties for text in (party.role, party.name, party.email)]
    head += [text for fact in content.summary for text in (fact.label, fact.text)]
    body = [text for section in content.sections for block in section.blocks for text in texts(block)]
    return [*head, *(section.heading for section in content.sections), *body]


def texts(block: Block) -> list[str]:
    match block:
        case Paragraph():
            return [block.text]
        case Quoted():
            return list(block.lines)
        case Bullets():
            return list(block.items)
        case Facts():
            return [text for fact in block.items for text in (fact.label, fact.text)]
        case Callout():
            return [block.heading, *block.paragraphs]
        case Schedule():
            rows = [text for row in block.rows for text in (row.number, row.title, row.due, row.amount, *row.notes)]
            items = [text for row in block.rows for item in row.items for text in (item.title, item.criteria)]
            return [*block.columns, *rows, *items, *(text for each in block.sums for text in (each.label, each.text))]
    raise AssertionError(block)


def number(block: Block) -> str:
    return getattr(block, "number", "")


def pdf_text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return unicodedata.normalize("NFC", done.stdout.decode())


# -- what the terms say --------------------------------------------------------------------------


def figures_in(text: str) -> list[str]:
    return re.findall(r"\d(?:[\d.,]*\d)?", text)


def allowed(terms: Terms) -> set[str]:
    """Computed from the terms alone, by other code than the papers use."""
    until = terms.sign_until.astimezone(ZoneInfo(terms.time_zone))
    dates = [terms.start_on, until.date(), *(milestone.due_on for milestone in terms.milestones)]
    found = {str(part) for on in dates for part in (on.day, on.year)} | {f"{until:%H}", f"{until:%M}"}
    found |= {str(place + 1) for place in range(len(terms.milestones))}
    found |= {str(terms.review_of(milestone).length) for milestone in terms.milestones}
    found |= {str(terms.extension.length)} if terms.extension else set()
    found |= {figure(milestone.amount_minor, terms.currency) for milestone in terms.milestones}
    found.add(figure(sum(milestone.amount_minor for milestone in terms.milestones), terms.currency))
    found.add(f"{terms.tax.rate_basis_points / 100:.2f}".rstrip("0").rstrip("."))
    said = [terms.project_name, terms.client.name, terms.freelancer.name, terms.scope, terms.exclusions]
    said += [terms.law, terms.venue, terms.tax.reason, terms.time_zone]
    said += [milestone.title for milestone in terms.milestones]
    said += [text for m in terms.milestones for each in m.deliverables for text in (each.title, each.criteria)]
    return found | LAW | {part for text in said for part in figures_in(text)}


def figure(minor_units: int, currency: str) -> str:
    """1234567 of a currency with two decimals: 12,345.67."""
    decimals = DECIMALS[currency]
    digits = str(minor_units).rjust(decimals + 1, "0")
    whole = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits[: len(digits) - decimals])
    return f"{whole}.{digits[-decimals:]}" if decimals else whole


def minor(shown: str, currency: str) -> int:
    (found,) = amounts(shown, currency)
    return found


def amounts(text: str, currency: str) -> list[int]:
    shown = re.findall(rf"{currency}\s([\d,]+(?:\.\d+)?)", text)
    assert all(len(each.partition(".")[2]) == DECIMALS[currency] for each in shown)
    return [int(each.replace(",", "").replace(".", "")) for each in shown]


def date_of(text: str) -> date:
    day, month, year = re.search(r"(\d+)\s(\w+)\s(\d{4})", text).groups()
    return date(int(year), MONTHS.index(month) + 1, int(day))


def literals(tree: ast.AST) -> list[str]:
    """The texts of a module without its docstrings."""
    documented = (ast.Module, ast.FunctionDef, ast.ClassDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in found if id(node) not in docstrings]
