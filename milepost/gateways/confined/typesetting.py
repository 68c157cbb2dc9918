"""Sets one PDF by typst. Asked: `template` (a path), `data`, `fonts` (folders). Answered: the PDF."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from milepost.gateways.confined import limits


def main() -> None:
    limits.confine(seconds=20, megabytes=1536)
    asked = limits.request()
    limits.answer(typeset(asked))


def typeset(asked: dict[str, Any]) -> bytes:
    import typst

    # The fonts of the system are left out: the same input must give the same bytes on every machine.
    fonts = typst.Fonts(include_system_fonts=False, font_paths=asked["fonts"])
    template = Path(asked["template"])
    try:
        pdf: bytes = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=fonts,
            sys_inputs={"data": json.dumps(asked["data"])},
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
        )
    except typst.TypstError as error:
        limits.refuse(message=error.message, characters=unsettable(error.message))
    # typst ends without a line end; a seal appended after `%%EOF` without one breaks PDF/A.
    return pdf + b"\n"


def unsettable(message: str) -> list[str]:
    """The characters that typst says no font has; it writes the invisible ones as `\\u{...}`."""
    found = re.findall(r"(?:the text|codepoint) `\"(.+?)\"`", message)
    return [re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text) for text in found]


if __name__ == "__main__":
    main()
