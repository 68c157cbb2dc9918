"""What a contract must not have: the first thing in a PDF that acts, hides, refers elsewhere or was signed.

Everything that the document reaches from its trailer is looked at once, without recursion. ISO 32000-2 names the keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

# Nested values, each array and dictionary one. A contract of 200 pages has some ten thousand.
CONTAINERS_MAX: Final = 400_000

# Tags for screen readers name the parts of a text in words of their own, `S` among them; the copy leaves them out.
_NOT_LOOKED_INTO: Final = {"/StructTreeRoot"}

# 12.6.4: what an action of this kind does.
_ACTIONS: Final = {
    "/JavaScript": "javascript",
    "/Launch": "action",
    "/SubmitForm": "action",
    "/ImportData": "action",
    "/GoToR": "action",
    "/GoToE": "action",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
    "/RichMediaExecute": "media",
}
# A key that is there at all.
_KEYS: Final = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "xfa",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/AF": "embedded",
    "/Collection": "embedded",
    "/RichMediaContent": "media",
    "/3DD": "media",
    "/ByteRange": "signed",
    "/DocMDP": "signed",
    "/Perms": "signed",
    "/OPI": "external",
}
_TYPES: Final = {
    "/EmbeddedFile": "embedded",
    "/Sig": "signed",
    "/DocTimeStamp": "signed",
    "/Filespec": "external",
}
_SUBTYPES: Final = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/3D": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    # Not yet what it will be: what is under it can be read still.
    "/Redact": "comments",
    "/Text": "comments",
    "/Caret": "comments",
    "/PS": "external",
}


class TooMany(Exception):
    """The document is made of more parts than a contract can be."""


def first(pdf: Pdf) -> str:
    """The reason why it is refused, or nothing."""
    for key, found in containers(pdf.trailer):
        if isinstance(found, Array):
            continue
        if reason := _of_dictionary(key, found):
            return reason
    return ""


def containers(root: Object) -> Iterator[tuple[str, Any]]:
    """Every dictionary, stream and array once, with the key under which it was come upon."""
    waiting: list[tuple[str, Any]] = [("", root)]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        key, found = waiting.pop()
        if found.is_indirect:
            if found.objgen in seen:
                continue
            seen.add(found.objgen)
        count += 1
        if count > CONTAINERS_MAX:
            raise TooMany
        yield key, found
        waiting.extend(_within(key, found))


def _within(key: str, found: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(found, Array):
        inner: Any = ((key, each) for each in found)
    else:
        inner = ((name, value) for name, value in found.items() if name not in _NOT_LOOKED_INTO)
    for name, value in inner:
        if isinstance(value, Array | Dictionary | Stream):
            yield name, value


def _of_dictionary(key: str, found: Any) -> str:
    keys = set(found.keys())
    if known := keys & _KEYS.keys():
        return _KEYS[min(known)]
    if "/Type" in keys and (reason := _TYPES.get(_name(found, "/Type"), "")):
        return reason
    if "/Subtype" in keys and (reason := _of_subtype(found, keys)):
        return reason
    # Groups of transparency have an `S` too; theirs is none of these.
    if "/S" in keys and (reason := _ACTIONS.get(_name(found, "/S"), "")):
        return reason
    if isinstance(found, Stream) and keys & {"/F", "/FFilter", "/FDecodeParms"}:
        return "external"
    return _of_place(key, found, keys)


def _of_subtype(found: Any, keys: set[str]) -> str:
    subtype = _name(found, "/Subtype")
    # An annotation has a place on its page; a font of the same name, say, has none.
    if subtype == "/PS" or ("/Rect" in keys and subtype in _SUBTYPES):
        return _SUBTYPES[subtype]
    if subtype == "/Form" and keys & {"/Ref", "/PS"}:
        return "external"
    return ""


def _of_place(key: str, found: Any, keys: set[str]) -> str:
    if key == "/OCProperties" and len(_list(found, "/OCGs")):
        return "layers"
    if key == "/AcroForm" and "/SigFlags" in keys and found.get("/SigFlags") != 0:
        return "signature_field"
    if _name(found, "/FT") == "/Sig":
        return "signature_field"
    return ""


def _name(found: Any, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, Name) else ""


def _list(found: Any, key: str) -> Any:
    value = found.get(key)
    return value if isinstance(value, Array) else ()
