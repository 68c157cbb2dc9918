"""Looks at an uploaded contract and writes it anew without anything that acts.

Given: the file. Asked: `pages_max`. Answered: a line of JSON with `pages`, then the clean PDF. The same file is always
answered by the same bytes. A refusal names its `reason` in one word, to which the parent has the sentence.
"""

from __future__ import annotations

import io
import json
import re
from typing import Any, Final

import pikepdf

from milepost.gateways.confined import dangers, limits, rewriting

# How a file begins that is none, and what it is instead.
_OTHERS: Final = (
    (b"PK", "archive"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"<", "page"),
)
# What a signature covers is told in plain bytes, also where a later change of the file has let go of the signature.
_SIGNED: Final = re.compile(rb"/ByteRange\s*\[\s*\d+\s+\d+")
# One stream, and all of them, once they are unpacked.
STREAM_BYTES_MAX: Final = 128 * 2**20
ALL_STREAMS_BYTES_MAX: Final = 512 * 2**20
PIXELS_MAX: Final = 100_000_000


def main() -> None:
    limits.confine(seconds=8, megabytes=1024, answer_megabytes=256)
    asked = limits.request()
    (body,) = limits.given(asked)
    limits.close_doors()
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1_000,
        parser_max_nesting=100,
        max_stream_filters=3,
        flate_max_memory=STREAM_BYTES_MAX,
        png_max_memory=STREAM_BYTES_MAX,
        tiff_max_memory=STREAM_BYTES_MAX,
        run_length_max_memory=STREAM_BYTES_MAX,
    )
    pages, clean = inspect(body, asked["pages_max"])
    limits.answer(json.dumps({"pages": pages}).encode() + b"\n" + clean)


def inspect(body: bytes, pages_max: int) -> tuple[int, bytes]:
    """How many pages, and the clean copy. Ends the process with the first thing that is wrong."""
    _must_be_pdf(body)
    try:
        with _opened(body) as pdf:
            pages = len(pdf.pages)
            if pages > pages_max:
                limits.refuse(reason="too_many_pages", pages=pages, most=pages_max)
            if pages == 0:
                limits.refuse(reason="damaged")
            if _SIGNED.search(body):
                limits.refuse(reason="signed")
            if reason := dangers.first(pdf):
                limits.refuse(reason=reason)
            _must_unpack(pdf)
            _must_not_have_been_mended(pdf)
            clean = rewriting.rewritten(pdf)
        _must_be_sound(clean)
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, ArithmeticError) as error:
        reason = "bomb" if _is_limit(error) else "damaged"
        limits.refuse(reason=reason, message=str(error)[:200])
    except (MemoryError, dangers.TooMany):
        limits.refuse(reason="bomb")
    return pages, clean


def _must_be_pdf(body: bytes) -> None:
    start = body[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if not start.startswith(b"%PDF-"):
        kind = next((kind for magic, kind in _OTHERS if start.startswith(magic)), "other")
        limits.refuse(reason="not_pdf", kind=kind)


def _opened(body: bytes) -> pikepdf.Pdf:
    try:
        # Not mended: what one program mends in one way another mends in another, and both sides sign what they see.
        pdf = pikepdf.open(io.BytesIO(body), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        limits.refuse(reason="encrypted")
    except RuntimeError:
        # What asks for no password to be read is unlocked with random numbers, and there is no way to any in here.
        if b"/Encrypt" in body:
            limits.refuse(reason="protected")
        raise
    if pdf.is_encrypted:
        limits.refuse(reason="protected")
    return pdf


def _is_limit(error: Exception) -> bool:
    return bool(pikepdf.settings.qpdf_limit_errors()) or "memory limit" in str(error)


def _must_unpack(pdf: pikepdf.Pdf) -> None:
    """Everything that is packed, unpacked once: what a reader's program would have to hold."""
    whole = 0
    for _key, found in dangers.containers(pdf.trailer):
        if isinstance(found, pikepdf.Stream):
            _must_be_small(found)
            whole += _unpacked_bytes(found)
            if whole > ALL_STREAMS_BYTES_MAX:
                limits.refuse(reason="bomb")


def _must_not_have_been_mended(pdf: pikepdf.Pdf) -> None:
    """What the reader of PDFs has had to guess; that a page names no fonts and pictures is no guess."""
    guesses = [warning for warning in map(str, pdf.get_warnings()) if "Resources is missing" not in warning]
    if guesses:
        limits.refuse(reason="damaged", message=guesses[0][:200])


def _must_be_small(stream: pikepdf.Stream) -> None:
    if stream.get("/Subtype") == "/Image" and _whole(stream, "/Width") * _whole(stream, "/Height") > PIXELS_MAX:
        limits.refuse(reason="bomb")


def _unpacked_bytes(stream: pikepdf.Stream) -> int:
    """In bytes; what a picture's own way of packing holds is judged by its width and height."""
    try:
        return len(stream.get_stream_buffer(decode_level=pikepdf.StreamDecodeLevel.generalized))
    except pikepdf.DataDecodingError as error:
        # Either it does not end within the limit or it is no such stream at all.
        if _is_limit(error):
            limits.refuse(reason="bomb")
        if stream.get("/Subtype") == "/Image":
            return len(stream.get_raw_stream_buffer())
        raise ValueError("a stream can't be unpacked") from error


def _whole(stream: pikepdf.Stream, key: str) -> int:
    value: Any = stream.get(key)
    return int(value) if isinstance(value, int) else 0


def _must_be_sound(clean: bytes) -> None:
    """The copy read again: nothing dangerous is left in it, and every page can be read."""
    with pikepdf.open(io.BytesIO(clean), attempt_recovery=False) as again:
        assert not dangers.first(again), "the copy still acts"
        if problems := again.check_pdf_syntax():
            limits.refuse(reason="damaged", message=str(problems[0])[:200])


if __name__ == "__main__":
    main()
