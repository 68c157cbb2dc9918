"""Binds PDFs of the house into one: the pages of all that are given, one after the other.

Asked: `title`. Answered: the PDF; the same files give the same bytes. It has the title and pages alone, neither tags for
screen readers nor the claim of an archive format, because not all of its pages could keep them.
"""

from __future__ import annotations

import io

import pikepdf

from milepost.gateways.confined import limits, rewriting


def main() -> None:
    limits.confine(seconds=10, megabytes=1024, answer_megabytes=512)
    asked = limits.request()
    bodies = limits.given(asked)
    limits.close_doors()
    limits.answer(bind(bodies, asked["title"]))


def bind(bodies: list[bytes], title: str) -> bytes:
    bound = pikepdf.Pdf.new()
    for body in bodies:
        with pikepdf.open(io.BytesIO(body)) as pdf:
            rewriting.keep_looks_alone(pdf)
            bound.pages.extend(pdf.pages)
    rewriting.drop_hangers(bound)
    bound.trailer.Info = bound.make_indirect(pikepdf.Dictionary(Title=title, Producer="Milepost"))
    bound.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    # A line end after the last line: what is sealed goes on from there.
    return rewriting.saved(bound)


if __name__ == "__main__":
    main()
