"""The harmless corpus: contracts as people have them, which are taken and look the same afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from milepost.gateways import renderer
from tests.gateways import pdfs
from tests.gateways.pdfs import action, annotated, annotation, with_

TYPST = """
#set document(title: "Agreement", author: "Ada", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "en")
= Agreement
See #link("https://example.org")[the page] and @fig.
#figure(table(columns: 3, ..range(12).map(n => [Cell #n])), caption: [A table]) <fig>
#pagebreak()
_The end._
"""


def _typst(folder: Path) -> bytes:
    template = folder / "agreement.typ"
    template.write_text(TYPST, encoding="utf-8")
    return renderer.render(template, {})


def _mixed(_folder: Path) -> bytes:
    pdf = pdfs.plain(1)
    for number, box in enumerate(((0, 0, 842, 595), (10, 20, 400, 620), (0, 0, 2384, 3370), (0, 0, 30, 400)), 2):
        pdfs.written(pdf, f"Page {number}", box=box)
    pdf.pages[1].obj.Rotate = 90
    pdf.pages[2].obj.CropBox = Array([40, 300, 390, 600])
    pdf.pages[0].obj.UserUnit = 2
    return pdfs.saved(pdf)


def _with_links(pdf: Pdf) -> None:
    away = annotation("Link", A=action("URI", URI=String("https://example.org")), Border=Array([0, 0, 0]))
    inside = annotation("Link", Dest=Array([pdf.pages[0].obj, Name.Fit]), Border=Array([0, 0, 0]))
    annotated(pdf, away, inside)
    pdf.Root.OpenAction = action("GoTo", D=Array([pdf.pages[0].obj, Name.Fit]))


def _with_all_sorts(pdf: Pdf) -> None:
    """Headings, names, facts, tags: nothing that acts."""
    with pdf.open_metadata() as facts:
        facts["dc:title"] = "Secret title"
    pdf.docinfo["/Author"] = "Secret author"
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Chapter", 0))
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("here"), Array([pdf.pages[0].obj, Name.Fit])])))
    pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name("/Sound"), K=0))
    pdf.Root.MarkInfo, pdf.Root.Lang = Dictionary(Marked=True), String("sv")
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))
    pdf.pages[0].obj.PieceInfo = Dictionary(Word=Dictionary(Private=String("Secret draft")))
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)


def _filled_in(pdf: Pdf) -> None:
    pdfs.field(pdf, V=String("Carl & Sons"))


def _with_notes(pdf: Pdf) -> None:
    """Words put over the page with a viewer, and a stamp."""
    free = annotation("FreeText", Contents=String("Carl & Sons"), AP=pdfs.drawn(pdf))
    stamp = annotation("Stamp", AP=pdfs.drawn(pdf, "COPY"))
    stamp.Rect = Array([300, 200, 500, 260])
    hidden = annotation("FreeText", AP=pdfs.drawn(pdf, "Hidden"))
    hidden.F = 2
    annotated(pdf, free, stamp, hidden)


def _older(pdf: Pdf) -> bytes:
    return pdfs.saved(pdf, force_version="1.3", object_stream_mode=pikepdf.ObjectStreamMode.disable)


def _changed_later(_folder: Path) -> bytes:
    """A change has been appended, as many programs save: what stood there before is out of the copy."""
    body = pdfs.saved(pdfs.plain())
    with pikepdf.open(io.BytesIO(body)) as pdf:
        number = pdf.pages[0].Contents.objgen[0]
        size = len(pdf.objects) + 1
    start, place = int(body.rsplit(b"startxref", 1)[1].split()[0]), len(body)
    change = b"%d 0 obj\n%s\nendobj\n" % (number, pdfs.stream(b"BT /F1 18 Tf 60 752 Td (As agreed at last) Tj ET"))
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root 1 0 R /Prev %d >>\n" % (number, place, size, start)
    return body + change + table + b"startxref\n%d\n%%%%EOF\n" % (place + len(change))


# What it is -> how it is made, and how many pages it has.
FILES: dict[str, tuple[Callable[[Path], bytes], int]] = {
    "set by typst": (_typst, 2),
    "plain": (lambda _folder: pdfs.saved(pdfs.plain(3)), 3),
    "as many pages as may be": (lambda _folder: pdfs.saved(pdfs.plain(200)), 200),
    "sizes and turns of every kind": (_mixed, 5),
    "links": (lambda _folder: with_(_with_links), 1),
    "headings, names, facts": (lambda _folder: with_(_with_all_sorts, 2), 2),
    "a form filled in": (lambda _folder: with_(_filled_in), 1),
    "words put over it": (lambda _folder: with_(_with_notes), 1),
    "as in 2000": (lambda _folder: _older(pdfs.plain()), 2),
    "changed later": (_changed_later, 2),
    "for the screen": (lambda _folder: pdfs.saved(pdfs.plain(), linearize=True), 2),
}
