"""The review window and its extension as the contract prints them, read back and compared with the terms."""

from __future__ import annotations

import re

import hypothesis

from milepost.documents.blocks import Callout
from tests.documents.test_figures import any_terms, blocks


@hypothesis.given(any_terms())
def test_the_review_windows_read_back_as_the_terms(terms):
    callout, counted = blocks(terms, "acceptance", Callout)
    found = {}
    for text in callout.paragraphs:
        for place, length, unit in re.findall(
            r"(?:milestone\s(\d+) .*?)?the client has (\d+)\s(hour|day|business day)s? to review", text, re.IGNORECASE
        ):
            found[int(place) - 1 if place else None] = int(length), f"{unit}s".replace(" ", "_")
    for place, milestone in enumerate(terms.milestones):
        window = terms.review_of(milestone)
        assert found.get(place, found.get(None)) == (window.length, window.unit)
        assert not window.calendar or any(f"({window.calendar})" in text for text in counted.paragraphs)


@hypothesis.given(any_terms())
def test_the_extension_reads_back_as_the_terms(terms):
    said = " ".join(blocks(terms, "acceptance", Callout)[0].paragraphs)
    found = re.search(r"extend it once, in Milepost, by (\d+)\s(hour|day|business day)s? counted from its end", said)
    if terms.extension is None:
        assert found is None and "cannot be extended by one party alone" in said
    else:
        assert found, said
        assert (int(found[1]), f"{found[2]}s".replace(" ", "_")) == (terms.extension.length, terms.extension.unit)
