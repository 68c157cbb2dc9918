"""The Milepost service agreement, clause by clause, in the order in which they are printed."""

from __future__ import annotations

from typing import Final

from milepost.documents.clauses import agreement, endings, law, money, review, rights, work
from milepost.documents.clauses.register import WORDINGS, Wording, newest

__all__ = ["ORDER", "WORDINGS", "Wording", "agreement", "endings", "law", "money", "newest", "review", "rights", "work"]

ORDER: Final[tuple[str, ...]] = (
    "parties",
    "words",
    "scope",
    "inputs",
    "schedule",
    "funding.nobody",
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
    "changes",
    "disputes",
    "law",
    "notices",
    "signature",
    "whole",
)
