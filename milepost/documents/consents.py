"""What a person agrees to by signing, word for word, by version. Printed on the page and on the signature page."""

from __future__ import annotations

from typing import Final

# A version that has been signed under is never edited: add the next one.
CONSENTS: Final[dict[int, str]] = {
    1: (
        "I have read the terms and the contract named above, I may sign for the party named, and I agree to them. "
        "I agree to sign electronically and to receive this contract and the records that belong to it in electronic "
        "form. I can open and keep PDF files. I can ask the other side for a copy on paper, and I can take back my "
        "consent to electronic records for the future by writing to the other side; what has been signed stays signed. "
        "This is a simple electronic signature; the installation seals the contract when all have signed."
    ),
}
CURRENT: Final = 1
