"""A clean copy of a PDF: its pages as they look, in a new document, and nothing else of the old one."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Pdf, Stream

from milepost.gateways.confined import limits

# 1 cm, and A0 across and along, in points (a little more: programs round).
SIDE_MIN: Final = Decimal("28.3")
A0: Final = (Decimal(2386), Decimal(3372))

# 7.7.3.3: what a page needs to look as it does.
_PAGE: Final = {
    "/Type",
    "/MediaBox",
    "/CropBox",
    "/BleedBox",
    "/TrimBox",
    "/ArtBox",
    "/Rotate",
    "/UserUnit",
    "/Resources",
    "/Contents",
    "/Group",
}
# What hangs on pictures, forms and fonts besides their look; another picture for paper among it.
_HANGERS: Final = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/StructParent",
    "/StructParents",
    "/Alternates",
    "/Measure",
    "/PtData",
    "/OC",
)
# 12.5.3: flags of an annotation.
_INVISIBLE, _HIDDEN, _NO_VIEW = 1, 2, 32
# Drawn over the page, and part of how it looks.
_DRAWN: Final = {
    "/FreeText",
    "/Stamp",
    "/Ink",
    "/Line",
    "/Square",
    "/Circle",
    "/Polygon",
    "/PolyLine",
    "/Highlight",
    "/Underline",
    "/StrikeOut",
    "/Squiggly",
    "/Watermark",
    "/Widget",
}
_WITHOUT_LOOK: Final = {"/Link", "/Popup", "/PrinterMark", "/TrapNet"}


def rewritten(pdf: Pdf) -> bytes:
    """The bytes of the copy; the same document gives the same bytes. Refuses what would not look the same in it."""
    for number, page in enumerate(pdf.pages, start=1):
        _must_have_a_size(page, number)
        _must_look_alike_everywhere(page)
    _make_ink(pdf)
    clean = Pdf.new()
    keep_looks_alone(pdf)
    clean.pages.extend(pdf.pages)
    drop_hangers(clean)
    return saved(clean)


def keep_looks_alone(pdf: Pdf) -> None:
    """Takes from every page what it does not need to look as it does."""
    for page in pdf.pages:
        for key in set(page.obj.keys()) - _PAGE:
            del page.obj[key]


def drop_hangers(pdf: Pdf) -> None:
    for found in pdf.objects:
        if isinstance(found, Dictionary | Stream):
            for key in _HANGERS:
                if key in found:
                    del found[key]


def saved(pdf: Pdf) -> bytes:
    """The document as bytes, which depend on nothing but itself."""
    into = io.BytesIO()
    pdf.save(
        into,
        force_version="1.7",
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        deterministic_id=True,
    )
    return into.getvalue()


def _must_have_a_size(page: pikepdf.Page, number: int) -> None:
    box, media = _box(page.cropbox), _box(page.mediabox)
    facts: Any = page.obj
    unit = Decimal(facts.get("/UserUnit", 1))
    # What is seen of the page lies within both.
    wide = (min(box[2], media[2]) - max(box[0], media[0])) * unit
    high = (min(box[3], media[3]) - max(box[1], media[1])) * unit
    across, along = sorted((wide, high))
    if not (SIDE_MIN <= across <= A0[0] and along <= A0[1]):
        limits.refuse(reason="page_size", page=number)
    if facts.get("/Rotate", 0) not in (0, 90, 180, 270, -90, -180, -270):
        limits.refuse(reason="damaged", message="a page is turned by no right angle")


def _box(found: Any) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    left, bottom, right, top = (Decimal(each) for each in found)
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _must_look_alike_everywhere(page: pikepdf.Page) -> None:
    """Refuses what each program for PDF would draw in its own way, for the file does not say how it looks."""
    for annotation in _annotations(page):
        subtype = str(annotation.get("/Subtype", ""))
        flags = int(annotation.get("/F", 0)) & ~_INVISIBLE
        annotation["/F"] = flags
        if subtype in _WITHOUT_LOOK or flags & (_HIDDEN | _NO_VIEW):
            continue
        if subtype not in _DRAWN:
            limits.refuse(reason="comments")
        drawn = isinstance(annotation.get("/AP"), Dictionary) and "/N" in annotation["/AP"]
        if not drawn and (subtype != "/Widget" or _has_value(annotation)):
            limits.refuse(reason="undrawn")


def _has_value(widget: Any) -> bool:
    """Is something filled in? A field's value may stand with its parents; how deep they go is theirs to lie about."""
    for _generation in range(32):
        value = widget.get("/V")
        if value is not None:
            return str(value) not in ("", "/Off")
        widget = widget.get("/Parent")
        if not isinstance(widget, Dictionary):
            return False
    return True


def _make_ink(pdf: Pdf) -> None:
    """What is drawn over the pages becomes part of them: nothing can be filled in, moved or taken away any more."""
    form: Any = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and form.get("/NeedAppearances"):
        if any(_has_value(each) for page in pdf.pages for each in _annotations(page)):
            limits.refuse(reason="undrawn")
        del form["/NeedAppearances"]
    pdf.flatten_annotations("screen")


def _annotations(page: pikepdf.Page) -> list[Any]:
    found = page.obj.get("/Annots")
    listed: list[Any] = list(found) if isinstance(found, Array) else []
    return [each for each in listed if isinstance(each, Dictionary)]
