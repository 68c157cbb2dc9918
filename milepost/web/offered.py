"""Terms that are not in force: what waits for whom, and what can be done about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.core import rights
from milepost.core.catalogue import MemberRole, Side
from milepost.models import Answer, Terms
from milepost.web.road import day_of, name_of
from milepost.web.templatetags.milepost import day_words
from milepost.web.waiting import Step, action, when


def zone_of(terms: Terms) -> str:
    return terms.said.time_zone if terms.body is not None else "UTC"


def _custodian(terms: Terms) -> str:
    said = terms.said if terms.body is not None else None
    return said.custodian.name if said is not None and said.custodian else ""


def last_answer(terms: Terms) -> Answer | None:
    """The newest change asked for or no, of terms that have one."""
    return terms.answers.order_by("-given_at", "-pk").first()


def step(terms: Terms, side: Side, at: datetime, *, here: bool = False, role: MemberRole | None = None) -> Step:
    """What comes next; `here`: on the page of the terms itself, where nothing has to lead to it. `role`: what the
    reader is in the party; None for a guest."""
    reader = _Reader(terms, side, at, here, rights.may(role, "sign"))
    return reader.sender() if side == terms.sender else reader.recipient()


class _Reader:
    def __init__(self, terms: Terms, side: Side, at: datetime, here: bool, may_sign: bool) -> None:
        self.terms, self.at, self.here, self.may_sign = terms, at, here, may_sign
        # The clock's round may not have come by yet; nobody can sign any more all the same.
        self.status = "expired" if terms.status == "offered" and terms.sign_until <= at else terms.status
        self.zone = zone_of(terms)
        self.answer = last_answer(terms)
        project = terms.project
        self.signed = self._is_signed()
        self.facts = {
            "sender": name_of(project, terms.sender),  # type: ignore[arg-type]
            "other": name_of(project, terms.recipient),
            "custodian": _custodian(terms),
            "until": when(terms.sign_until, self.zone, relative=self.status == "offered"),
            "day": day_words(day_of(terms.ended_at or terms.offered_at, self.zone)),
            "sent": day_words(day_of(terms.offered_at, self.zone)),
        }

    def sender(self) -> Step:
        match self.status:
            case "offered" if self.signed:
                return self._accepting()
            case "declined" if self._by_custodian():
                return self._step(self._mandate_declined(), self._words(), [self._revise(_("Revise and send again"))])
            case "offered" if self._asked():
                return self._step(
                    _("%(other)s asks for a change"), self._words(), [self._revise(_("Revise the proposal"))]
                )
            case "offered":
                words = _("Sent %(sent)s; it can be signed until %(until)s.")
                return self._step(_("Waiting for %(other)s to sign"), words % self.facts, self._see("plain"), "calm")
            case "declined":
                return self._step(
                    _("%(other)s declined"), self._words(), [self._revise(_("Revise and send again"))], "calm"
                )
            case "expired":
                words = _("Nobody had signed by %(until)s.") % self.facts
                if self.signed:
                    words = _("%(custodian)s had not accepted the mandate by %(until)s.") % self.facts
                return self._step(_("The time to sign ran out"), words, [self._revise(_("Send it again"))])
        return self._step(
            _("You took this proposal back"),
            _("On %(day)s.") % self.facts,
            [self._revise(_("Revise and send again"), "")],
            "calm",
        )

    def recipient(self) -> Step:
        match self.status:
            case "offered" if self.signed:
                return self._accepting()
            case "declined" if self._by_custodian():
                return self._step(self._mandate_declined(), self._words(), [], "calm")
            case "offered" if self._asked():
                words = _("%(sender)s can send a revised one; you can also sign this one until %(until)s.") % self.facts
                return self._step(_("You asked for a change"), words, self._see(""), "calm")
            case "offered" if not self.may_sign:
                words = _("Until %(until)s. You can read it, ask for a change, or pass it on.") % self.facts
                return self._step(_("A signatory of %(other)s signs"), words, self._see("", _("Read it")))
            case "offered":
                words = _("Until %(until)s. You can also ask for a change, or decline.") % self.facts
                return self._step(_("Read the proposal and sign it"), words, self._see("main", _("Read and sign")))
            case "declined":
                return self._step(_("You declined"), self._words(), [], "calm")
            case "expired":
                words = _("You can ask %(sender)s to send it again.") % self.facts
                return self._step(_("The time to sign ran out"), words, [], "calm")
        words = _("On %(day)s. Nothing was agreed.") % self.facts
        return self._step(_("%(sender)s took this proposal back"), words, [], "calm")

    def _accepting(self) -> Step:
        """Both sides have signed; what is missing is neither's to do."""
        words = _("Both sides have signed. It is in force once %(custodian)s accepts the mandate, until %(until)s.")
        return self._step(_("Waiting for %(custodian)s"), words % self.facts, self._see("plain"), "calm")

    def _is_signed(self) -> bool:
        """By the recipient too: only terms that name a custodian wait for more."""
        terms = self.terms
        waits = self.status in ("offered", "expired") and terms.body is not None and terms.said.custodian is not None
        return waits and terms.signatures.filter(side=terms.recipient).exists()

    def _by_custodian(self) -> bool:
        return self.answer is not None and self.answer.party_id == self.terms.project.custodian_id

    def _mandate_declined(self) -> str:
        return _("%(custodian)s declined the mandate")

    def _step(self, title: str, words: str, actions: list[dict[str, Any]], kind: str = "") -> Step:
        return Step(title % self.facts, words, actions, kind)

    def _asked(self) -> bool:
        return self.answer is not None and self.answer.verb == "ask_change"

    def _words(self) -> str:
        # On the page of the terms itself everything that was said stands below.
        return f"“{self.answer.words}”" if self.answer and self.answer.words and not self.here else ""

    def _see(self, kind: str, label: str = "") -> list[dict[str, Any]]:
        return [] if self.here else [action(label or _("See the proposal"), "terms", self.terms.pk, kind)]

    def _revise(self, label: str, kind: str = "main") -> dict[str, Any]:
        href = reverse("proposal-copies")
        return {"label": label, "href": href, "kind": kind, "post": True, "fields": {"terms": self.terms.pk}}
