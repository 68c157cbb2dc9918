"""What Send proposal asks with cards to choose from: the question, the answers, and what each of them means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from milepost.core.drafts import Policy
from milepost.core.steps import Body


@dataclass(frozen=True, slots=True)
class Answer:
    """One card: what is sent, what it is called, what it means."""

    value: str
    label: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """The cards under one heading, by the name of their field."""

    name: str
    words: str
    answers: list[Answer]


def questions(body: Body, policy: Policy, least: str) -> dict[str, Question]:
    """Every question, by the name of its field. `least`: the sum from which milestone payment is, in words."""
    asked = (
        _side(),
        _client_type(body),
        _payment_type(least),
        _holder(body, policy),
        _custodian(policy),
        _tax(),
        _document(),
    )
    return {question.name: question for question in asked}


def _side() -> Question:
    answers = [
        Answer("freelancer", _("I do the work"), _("You are the freelancer.")),
        Answer("client", _("I pay for the work"), _("You are the client.")),
    ]
    return Question("side", _("Which side are you on?"), answers)


def _client_type(body: Body) -> Question:
    own = body["side"] == "client"
    answers = [
        Answer("business", _("For a business"), _("A company, a self-employed person, an association.")),
        Answer("consumer", _("Privately, as a consumer"), _("Somebody who buys for themselves, not for their work.")),
    ]
    return Question("client_type", _("You order") if own else _("The client orders"), answers)


def _payment_type(least: str) -> Question:
    milestone = _("Paid step by step, each time a milestone is approved.")
    if least:
        milestone += " " + _("For projects of %(least)s and more.") % {"least": least}
    answers = [
        Answer("milestone", _("Milestone"), milestone),
        Answer("one_time", _("One-time"), _("One delivery, one payment when it is approved.")),
    ]
    return Question("payment_type", _("How the project is paid"), answers)


def _custodian(policy: Policy) -> Question:
    answers = [Answer(one.party, one.name, one.legal_ground) for one in policy.custodians]
    return Question("custodian", _("Held by"), answers)


def _holder(body: Body, policy: Policy) -> Question:
    freelancer = _("you") if body["side"] == "freelancer" else body["other_name"].strip()[:60] or _("the freelancer")
    words: dict[str, Callable[[], Answer]] = {
        "nobody": lambda: Answer(
            "nobody",
            _("Pay on approval"),
            _("Nobody holds money. The client pays the freelancer after approval, by invoice and bank transfer."),
        ),
        "freelancer": lambda: Answer(
            "freelancer",
            _("Deposit, paid to %(freelancer)s in advance") % {"freelancer": freelancer},
            _("Paid before the work, and owed back until approval. A refund depends on the freelancer alone."),
        ),
        "custodian": lambda: Answer(
            "custodian",
            _("Held by a custodian"),
            _(
                "A third party that both name receives it and pays it out on approval. It accepts the mandate before "
                "anything is in force."
            ),
        ),
        "sandbox": lambda: Answer(
            "sandbox",
            _("Pretend money"),
            _("For the demo and for trying things out. It looks like a deposit, and nothing is paid for real."),
        ),
    }
    return Question("holder", _("Who holds the money"), [words[holder]() for holder in policy.holders])


def _tax() -> Question:
    answers = [
        Answer("none", _("Nothing is said about tax"), _("The amounts are what is paid.")),
        Answer("standard", _("Tax is included, at a rate"), _("VAT, GST or sales tax is part of the amounts.")),
        Answer("exempt", _("Exempt from tax"), _("For a reason that invoices have to state.")),
    ]
    return Question("tax_treatment", _("Tax"), answers)


def _document() -> Question:
    answers = [
        Answer(
            "template",
            _("The Milepost service agreement"),
            _("A contract between businesses, with what you have typed put in."),
        ),
        Answer(
            "upload",
            _("Your own contract"),
            _("A PDF of yours. A schedule with what you have typed is bound with it, and governs where they differ."),
        ),
    ]
    return Question("document", _("What is signed"), answers)
