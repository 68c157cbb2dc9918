"""Law and venue, notices, electronic signature and records, and what holds the whole together."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Fact, Facts, Paragraph
from milepost.documents.clauses.register import clause
from milepost.documents.languages import LANGUAGE_NAMES


@clause("law", version=1, heading="Law and courts")
def law(terms: Terms) -> Iterator[Block]:
    yield Paragraph("The parties have chosen:")
    yield Facts(
        (
            Fact("Law that governs", figures.said(terms.law) or "none chosen; the law decides"),
            Fact("Courts", figures.said(terms.venue) or "none chosen; the law decides"),
        )
    )
    yield Paragraph("Rules of law that cannot be set aside by agreement remain.")


@clause("notices", version=1, heading="Notices")
def notices(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "Notices under this agreement are given in Milepost or by e-mail to the address that stands with the party. "
        "A notice by e-mail is received when the mail server of that address has accepted it. Each party keeps its "
        "address in working order and tells the other of a new one."
    )


@clause("signature", version=1, heading="Electronic signature and records")
def signature(terms: Terms) -> Iterator[Block]:
    other = "client" if terms.sender == "freelancer" else "freelancer"
    yield Paragraph(
        f"The parties sign electronically. The {terms.sender} signs by sending these terms, the {other} by accepting "
        f"them until {figures.instant(terms.sign_until, terms.time_zone)}; after that they can no longer be signed. "
        "Each types a name or draws a line, agrees to the words printed on the signature page, and proves who it is by "
        "a code sent to its e-mail address or by having just signed in."
    )
    yield Paragraph(
        "This is an electronic signature (simple), sealed by the installation. In the European Union it is an "
        "electronic signature under Regulation (EU) No 910/2014 (eIDAS), and neither an advanced nor a qualified one. "
        "In the United States it is an electronic signature under the Electronic Signatures in Global and National "
        "Commerce Act and the Uniform Electronic Transactions Act as the states have enacted it. Where the law asks "
        "for another form, for the transfer of some rights for instance, the parties also sign in that form."
    )
    yield Paragraph(
        "When both have signed, the installation seals the contract with its signature page. Any alteration can be "
        "found with a copy that either side holds."
    )
    yield Paragraph("For electronic records this holds:")
    yield Bullets(
        (
            "both parties agree to receive this contract, notices and records in electronic form;",
            "both receive the sealed contract by e-mail and find it on the page of the project;",
            "to read, keep and print it, software for PDF files is needed;",
            "either may ask the other for a copy on paper;",
            "either may take back the consent to electronic records, for the future, by a notice to the other;",
            "what has been signed stays signed.",
        )
    )
    yield Paragraph(
        "Milepost keeps a record of who did what and when. It may be used as evidence, and either party may show that "
        "it is wrong."
    )


@clause("whole", version=1, heading="The whole agreement")
def whole(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "These terms are all that the parties have agreed about this work. They take the place of what was said or "
        "written about it before."
    )
    yield Paragraph(
        "If a provision is not valid, the others remain, and what comes closest to its purpose takes its place as far "
        "as the law allows."
    )
    yield Paragraph("Neither party may pass this agreement on to somebody else without the other’s consent.")
    yield Paragraph(f"The wording in {LANGUAGE_NAMES[terms.language]} governs; a translation only helps to read it.")
