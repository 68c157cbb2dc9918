"""What a person agrees to by signing, word for word, by version. Printed on the page and on the signature page."""

from __future__ import annotations

from typing import Final

from milepost.core.catalogue import DocumentKind

# A contract of one's own is signed with its schedule only by who has ticked this too; it stands in their consent.
GOVERNS: Final = (
    "The schedule governs the amounts, the dates, the acceptance and who holds the money, also where the uploaded "
    "contract says otherwise. I have read both."
)
# A version that has been signed under is never edited: add the next one.
_FIRST: Final = (
    "I have read the terms and the contract named above, I may sign for the party named, and I agree to them. "
    "I agree to sign electronically and to receive this contract and the records that belong to it in electronic "
    "form. I can open and keep PDF files. I can ask the other side for a copy on paper, and I can take back my "
    "consent to electronic records for the future by writing to the other side; what has been signed stays signed. "
    "This is a simple electronic signature; the installation seals the contract when all have signed."
)
_MANDATE: Final = (
    "I have read the terms and the contract named above, and I may sign for the custodian named. The custodian accepts "
    "the mandate in them: it receives the money of the milestones that name it, holds it for both sides, pays it out "
    "or back as the terms say, and confirms truly what arrived and what left. It has the legal ground stated in them. "
    "It is no party to the rest of the agreement. "
    "I agree to sign electronically and to receive this contract and the records that belong to it in electronic "
    "form. I can open and keep PDF files. This is a simple electronic signature; the installation seals the contract "
    "when all have signed."
)
CONSENTS: Final[dict[int, str]] = {1: _FIRST, 2: f"{GOVERNS} {_FIRST}", 3: _MANDATE}
# Under which version is signed now, by what stands beside the terms; a custodian signs for its mandate alone.
CURRENT: Final[dict[DocumentKind, int]] = {"template": 1, "upload": 2}
MANDATE: Final = 3
