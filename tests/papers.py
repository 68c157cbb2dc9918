"""Papers in stories: milestones that are paid and invoiced, what is given back of them, and numbers of one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from milepost.actions import credit_notes, invoices, own_numbers, payments, refunds
from milepost.core.actors import Actor
from milepost.core.money import Money
from milepost.models import Invoice, Milestone, Party, Project, Refund, User
from tests import cast
from tests.cast import NOON

PDF = b"%PDF-1.7\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


def issued(ada: cast.Person, *, at: datetime = NOON, **typed: Any) -> Invoice:
    """The paper of a project's first milestone, paid directly where nothing else is said."""
    project = cast.in_force(ada, **{"holder": "nobody"} | typed)
    return invoices.issue(milestone=cast.approved(project, at=at), at=at)


def of_project(ada: cast.Person, name: str, days_ago: int = 0, *, at: datetime = NOON, **typed: Any) -> Invoice:
    """The paper of a project of this name, begun, delivered and approved some days ago."""
    at -= timedelta(days=days_ago)
    return issued(ada, at=at, **{"start_on": at.date().isoformat(), "project_name": name} | typed)


def paid(project: Project, number: int = 1, *, at: datetime = NOON) -> Milestone:
    """A milestone paid directly: approved, and the freelancer said received."""
    if cast.milestone(project, number).status != "approved":
        cast.approved(project, number, at=at)
    payments.say_received(milestone=cast.milestone(project, number), by=cast.freelancer(project), at=at)
    return cast.milestone(project, number)


def given_back(found: Milestone, minor: int, *, at: datetime = NOON) -> Refund:
    """Of a paid milestone, so much went back to the client, who said received."""
    by, money = cast.freelancer(found.project), Money(minor, found.amount.currency)
    refund = refunds.give_back(milestone=found, money=money, reason="Too many posts.", by=by, at=at)
    return refunds.say_received(refund=refund, by=cast.client(found.project), at=at)


def credited(invoice: Invoice, minor: int, *, at: datetime = NOON) -> Invoice:
    """A credit note for so much of a paper; it is paid first."""
    project = cast.fresh(invoice.about.project)
    found = cast.milestone(project, invoice.about.number)
    refund = given_back(found if found.status == "closed" else paid(project, found.number, at=at), minor, at=at)
    note = credit_notes.issue(refund=refund, at=at)
    assert note is not None
    return note


def elsewhere(ada: cast.Person) -> cast.Person:
    """Who numbers papers elsewhere."""
    Party.objects.filter(pk=ada.party.pk).update(issues_here=False)
    return ada


def entered(milestone: Milestone, number: str = "2026-014", **typed: Any) -> Invoice:
    """The freelancer adds an invoice of their own."""
    whole: dict[str, Any] = {"issued_on": "2026-12-01", "pdf": BytesIO(PDF), "refund": "", "at": NOON} | typed
    by = whole.pop("by", None) or owner(milestone.project.freelancer)
    return own_numbers.enter(milestone=milestone, number=number, by=by, **whole)


def owner(party: Party) -> Actor:
    user = User.objects.get(memberships__party=party, memberships__role="owner")
    return cast.Person(user, party).actor()


def upload(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("own.pdf", content, "application/pdf")
