"""Pictures of some pages of a PDF. Given: the file. Asked: `first` (from 0), `count`, `width` in pixels.

Answered: for each page four bytes with the length (big-endian), then so many bytes of WebP. Fonts that the file does not
bring are PDFium's own, never the system's: the same file looks the same on every machine.
"""

from __future__ import annotations

import io
import struct
from typing import Any

from milepost.gateways.confined import limits


def main() -> None:
    limits.confine(seconds=15, megabytes=1024, answer_megabytes=64)
    asked = limits.request()
    (body,) = limits.given(asked)
    import pypdfium2
    from PIL import Image

    # Once before the doors close: nothing can be opened afterwards, neither what Pillow loads late nor the system's fonts.
    _packed(Image.new("RGB", (1, 1)))
    limits.close_doors()
    with pypdfium2.PdfDocument(body) as document:
        last = min(asked["first"] + asked["count"], len(document))
        for number in range(asked["first"], last):
            picture = _picture(document[number], asked["width"])
            limits.answer(struct.pack(">I", len(picture)) + picture)


def _picture(page: Any, width: int) -> bytes:
    wide, high = page.get_size()
    # A strip as long as A0 and a centimetre wide must not become millions of pixels.
    scale = min(width / wide, 3 * width / high)
    return _packed(page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil().convert("RGB"))


def _packed(drawn: Any) -> bytes:
    into = io.BytesIO()
    drawn.save(into, "WEBP", quality=80, method=2)
    return into.getvalue()


if __name__ == "__main__":
    main()
