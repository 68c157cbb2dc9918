"""A contract that somebody uploads: looked at, and written anew without anything that acts, in a confined process.

The server never reads it: it goes from the request into a nameless file, from there into the process, and only the clean
copy is kept.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from django.utils.translation import gettext as _

from milepost.core.refusals import Refused
from milepost.gateways import confinement, storage

PAGES_MAX: Final = 200
# Wall-clock seconds; the process takes at most half of it from the processor.
PATIENCE_SECONDS: Final = 20
# Each may take a gigabyte: so many at once, the others wait their turn.
AT_ONCE: Final = 2


class Unacceptable(Refused):
    """The file can't be the contract; the sentence says why and what can be done about it."""


class Busy(Refused):
    """Other files are being looked at; the same again in a moment."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """The clean copy, kept under its `sha256` (hex); `original_sha256` is that of the bytes as they came."""

    sha256: str
    size_bytes: int
    pages: int
    original_sha256: str


_turns = threading.BoundedSemaphore(AT_ONCE)


def take_in(folder: Path, chunks: Iterable[bytes], *, bytes_max: int) -> Inspected:
    """Inspects what comes and keeps its clean copy in `folder` (storage). Refuses `TooLarge`, `Unacceptable`, `Busy`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as incoming:
        original = _copied(chunks, incoming, bytes_max)
        with turn(), _inspected(cast(BinaryIO, incoming), folder) as answer:
            pages = json.loads(answer.readline())["pages"]
            sha256, size = storage.keep(folder, storage.pieces(answer), bytes_max=storage.PAPER_BYTES_MAX)
    return Inspected(sha256, size, pages, original)


@contextmanager
def turn() -> Iterator[None]:
    """One of the few places for work on other people's PDFs. Refuses `Busy` after a while."""
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise Busy(_("Several files are being looked at right now. Try again in a moment."))
    try:
        yield
    finally:
        _turns.release()


def _copied(chunks: Iterable[bytes], into: Any, bytes_max: int) -> str:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > bytes_max:
            most = {"most": bytes_max // 2**20}
            raise storage.TooLarge(_("The file is larger than %(most)d MB, the most that is taken here.") % most)
        digest.update(chunk)
        into.write(chunk)
    into.flush()
    return digest.hexdigest()


def _inspected(file: BinaryIO, folder: Path) -> BinaryIO:
    try:
        return confinement.ask_with_files(
            "inspecting", {"pages_max": PAGES_MAX}, given=[file], folder=folder, seconds=PATIENCE_SECONDS
        )
    except confinement.No as no:
        raise Unacceptable(_sentence(no.reason)) from no
    except confinement.Unanswered as unanswered:
        raise Unacceptable(_sentence({"reason": "limits"})) from unanswered


def _sentence(reason: dict[str, Any]) -> str:
    if reason["reason"] == "not_pdf":
        return _instead(reason["kind"])
    return _sentences().get(reason["reason"], _sentences()["damaged"]) % reason


def _instead(kind: str) -> str:
    match kind:
        case "archive" | "office":
            return _("This is not a PDF but a Word document or an archive. Save it as a PDF, and choose that one.")
        case "picture":
            return _("This is not a PDF but a picture. Put the pages into one PDF, and choose that one.")
        case "program":
            return _("This is not a PDF but a program, whatever its name says.")
        case "page":
            return _("This is not a PDF but a web page. Print it into a PDF, and choose that one.")
    return _("This is not a PDF, whatever its name says.")


def _sentences() -> dict[str, str]:
    """Why a file can't be the contract, by the one word of the confined process."""
    again = " " + _("Print it into a new PDF, and choose that one.")
    return {
        "encrypted": _("This PDF asks for a password. Save it without one: the other side has to be able to read it."),
        "protected": _("This PDF is protected against changes. Save it without the protection."),
        "damaged": _("This PDF is damaged or not complete, so that programs would show it differently.") + again,
        "too_many_pages": _("This PDF has %(pages)d pages; %(most)d are the most for a contract."),
        "signed": _(
            "This PDF has been signed already. The signature would break, for the schedule and your signatures are added "
            "to the pages. Upload the contract as it was before it was signed."
        ),
        "signature_field": _(
            "This PDF has a field for a digital signature of another program. Both sides sign here: upload it without "
            "the field."
        ),
        "javascript": _("This PDF contains a program (JavaScript). A contract must not act.") + again,
        "xfa": _("This PDF is a form of the kind XFA, which most programs can't show.") + again,
        "action": _("This PDF starts programs, sends data or opens other files when it is clicked.") + again,
        "embedded": _("Other files are embedded in this PDF. Upload it without attachments."),
        "media": _("This PDF contains film, sound or three-dimensional models, which can't be signed."),
        "external": _("This PDF takes parts of its pages from other files, so that it is not complete by itself.")
        + again,
        "layers": _("This PDF has layers that can be shown and hidden, so that two people might read two texts.")
        + again,
        "comments": _("There are comments or marks for changes in this PDF. Settle them and take them out."),
        "undrawn": _(
            "There are fields or notes in this PDF that every program shows in its own way, so that two people might "
            "read two texts."
        )
        + again,
        "page_size": _("Page %(page)d is smaller than a centimetre or larger than A0."),
        "bomb": _("This PDF unpacks to more than a contract can be.") + again,
        "limits": _("This PDF could not be checked within the time and memory that there is for it.") + again,
    }
