"""The contract of her own that Ada has in the demo: one page of text, written as a PDF by hand (ISO 32000-1, 7.5)."""

from __future__ import annotations

from typing import Final

_LINES: Final = (
    "Maintenance agreement",
    "",
    "Ada Lindqvist looks after the website of Carl & Sons AB: updates, small changes, backups.",
    "She answers within two working days. Work beyond that is agreed in writing beforehand.",
    "Either side may end this agreement at the end of a half-year.",
    "What each half-year covers, what it costs and when it is due stands in the schedule.",
    "Swedish law applies; disputes go to the court of Stockholm.",
)


def pdf() -> bytes:
    """The same bytes each time."""
    text = "BT /F1 11 Tf 18 TL 64 770 Td\n" + "\n".join(f"({line}) Tj T*" for line in _LINES) + "\nET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    )
    written, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{each}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count, start = len(objects) + 1, len(written)
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return written + end.encode("ascii")
