"""PDFs made on the fly: harmless ones as people have them, and the parts that hostile ones are made of."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

A4 = (0, 0, 595, 842)


def saved(pdf: Pdf, **options: Any) -> bytes:
    into = io.BytesIO()
    pdf.save(into, static_id=True, **options)
    return into.getvalue()


def written(pdf: Pdf, text: str = "Contract", *, box: tuple[int, int, int, int] = A4) -> pikepdf.Page:
    """One more page, with words in a font that every reader has."""
    pdf.add_blank_page(page_size=(box[2] - box[0], box[3] - box[1]))
    page = pdf.pages[-1]
    page.obj.MediaBox = Array(list(box))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    lines = f"BT /F1 18 Tf 60 {box[3] - 90} Td ({text}) Tj 0 -40 Td (Clause 1. The work is done with care.) Tj ET"
    page.obj.Contents = pdf.make_stream(lines.encode())
    return page


def plain(pages: int = 2) -> Pdf:
    pdf = Pdf.new()
    for number in range(1, pages + 1):
        written(pdf, f"Contract, page {number}")
    return pdf


def with_(change: Callable[[Pdf], object], pages: int = 1) -> bytes:
    """A plain contract, changed."""
    pdf = plain(pages)
    change(pdf)
    return saved(pdf)


def action(kind: str, **facts: Any) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **facts)


def script() -> Dictionary:
    return action("JavaScript", JS=String("app.alert('x')"))


def annotation(subtype: str, **facts: Any) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name(f"/{subtype}"), Rect=Array([60, 600, 260, 660]), F=4, **facts)


def annotated(pdf: Pdf, *found: Dictionary) -> None:
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(each) for each in found])


def drawn(pdf: Pdf, text: str = "Carl & Sons") -> Dictionary:
    """How an annotation looks."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    look = Stream(pdf, f"0.9 0.95 1 rg 0 0 200 60 re f 0 g BT /F1 14 Tf 10 20 Td ({text}) Tj ET".encode())
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 60])
    look.Resources = Dictionary(Font=Dictionary(F1=font))
    return Dictionary(N=pdf.make_indirect(look))


def field(pdf: Pdf, *, look: bool = True, **facts: Any) -> Dictionary:
    """A field of a form, on the first page."""
    widget = annotation("Widget", **{"FT": Name.Tx, "T": String("party")} | facts)
    if look:
        widget.AP = drawn(pdf)
    widget = pdf.make_indirect(widget)
    pdf.pages[0].obj.Annots = Array([widget])
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([widget])))
    return widget


def raw(*objects: bytes, trailer: bytes = b"", startxref: int | None = None) -> bytes:
    """A PDF byte by byte: objects 1, 2, ... with a plain table. The first one is the root."""
    body, places = b"%PDF-1.7\n", []
    for number, found in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, found)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    return body + b"startxref\n%d\n%%%%EOF\n" % (table if startxref is None else startxref)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"


def stream(body: bytes, **facts: bytes) -> bytes:
    words = b" ".join(b"/%s %s" % (key.encode(), value) for key, value in facts.items())
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), words, body)


def packed(megabytes: int, times: int = 1) -> bytes:
    """Nothing but zeros, packed `times` over."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()
    for _ in range(times - 1):
        body = zlib.compress(body, 9)
    return body
