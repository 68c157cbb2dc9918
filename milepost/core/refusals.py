"""A no, said aloud: each refusal carries a sentence fit for the person who asked."""

from __future__ import annotations


class Refused(Exception):
    """The act is not allowed, not possible or not understood. Nothing has been changed."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        # The name of the input it is about, where there is one: the page shows it there.
        self.field = field


class Stale(Refused):
    """Somebody was faster: the row is no longer as the person saw it (HTTP 409)."""


class NotAllowed(Refused):
    """The act belongs to somebody else (HTTP 403)."""


class NotProved(Refused):
    """The act binds and needs a code from the mail, or a fresh login, first."""


class NotProvedStrongly(NotProved):
    """The act is one that a thief would want: who has a passkey or an authenticator app has to use it first."""


class Several(Refused):
    """More than one thing is wrong with what was typed, each with its field."""

    def __init__(self, refusals: list[Refused]) -> None:
        super().__init__(" ".join(refusal.sentence for refusal in refusals))
        self.refusals = refusals
