"""The Milepost service agreement, clause by clause, in the order in which they are printed."""

from __future__ import annotations

from typing import Final

from milepost.documents.clauses import (
    agreement,
    endings,
    holding,
    law,
    mandates,
    money,
    own,
    review,
    rights,
    stopping,
    work,
)
from milepost.documents.clauses.register import WORDINGS, Wording, newest

__all__ = [
    "LEFT_TO_OWN",
    "ORDER",
    "OWN",
    "WORDINGS",
    "Wording",
    "agreement",
    "endings",
    "holding",
    "law",
    "mandates",
    "money",
    "newest",
    "own",
    "review",
    "rights",
    "stopping",
    "work",
]

# The head of the schedule to a contract of one's own, which the template has not.
OWN: Final = "own"
ORDER: Final[tuple[str, ...]] = (
    OWN,
    "parties",
    "words",
    "scope",
    "inputs",
    "schedule",
    "funding.nobody",
    "funding.freelancer",
    "funding.custodian",
    "funding.sandbox",
    "order",
    "delivery",
    "acceptance",
    "revisions",
    "payment",
    "tax",
    "invoices",
    "rights",
    "confidentiality",
    "independence",
    "data",
    "warranties",
    "liability",
    "ending",
    "stopping",
    "changes",
    "disputes",
    "law",
    "notices",
    "signature",
    "whole",
)
# What a contract of one's own says itself. Every other clause, also one that is written later, stands in its schedule:
# nothing that Milepost carries out may be missing there.
LEFT_TO_OWN: Final = frozenset(
    {
        "words",
        "scope",
        "inputs",
        "revisions",
        "rights",
        "confidentiality",
        "independence",
        "data",
        "warranties",
        "liability",
        "disputes",
        "law",
        "notices",
        "whole",
    }
)
