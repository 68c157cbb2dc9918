"""The chain of every project, computed again; and whether the rows are what the events say they became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from milepost.core import chain
from milepost.jobs.audit import hands
from milepost.jobs.audit.finding import Finding, pieces
from milepost.jobs.audit.replay import Told, read
from milepost.models import (
    Delivery,
    Event,
    Funding,
    Invoice,
    Milestone,
    Payout,
    Personal,
    Project,
    Refund,
    Review,
    Signature,
    Terms,
)
from milepost.models.money import LIVE

# Of a signature, what its event holds as commitments.
PERSONAL_OF_SIGNATURE = ("name", "legal_name", "capacity", "postal_address", "email", "address", "agent")


def findings() -> Iterator[Finding]:
    """Everything that hangs on the record, a few hundred projects at a time."""
    for projects in pieces(Project.objects.all()):
        told: dict[str, Told] = {}
        events = _by_project(Event.objects.filter(project__in=projects).order_by("project", "number"))
        for project in projects:
            told[project.pk] = Told()
            yield from _chain(project, events[project.pk], told[project.pk])
        yield from _commitments([event for each in events.values() for event in each])
        yield from _terms(projects, told)
        yield from _milestones(projects, told)
        yield from _signatures(projects, told)
        yield from _deliveries(projects, told)
        yield from _intents(projects, told)
        yield from hands.people(projects, [heard.people for heard in told.values()])
        yield from _invoices(projects, told)
        yield from _missing(told)


def _by_project(rows: Iterable[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.project_id].append(row)
    return grouped


def _chain(project: Project, events: list[Event], told: Told) -> Iterator[Finding]:
    before = chain.BEGIN
    for number, event in enumerate(events, start=1):
        data = read(event)
        if event.number != number:
            yield Finding("chain", event.pk, f"Event {number} of {project.pk} is missing; {event.number} follows.")
            return
        link = chain.Link(project.pk, number, event.kind, event.at, event.actor, data)
        if event.version != chain.VERSION or event.data != _canonical(data) or event.hash != chain.digest(before, link):
            yield Finding("chain", event.pk, f"Event {number} of {project.pk} is not as it was recorded.")
            return
        before = event.hash
        told.hear(event, data)
    if (project.events_number, project.events_hash) != (len(events), before):
        yield Finding("chain", project.pk, f"The record of {project.pk} does not end where the project says it does.")


def _canonical(data: dict[str, Any]) -> str:
    try:
        return chain.canonical(data)
    except AssertionError:
        return ""


def _commitments(events: list[Event]) -> Iterator[Finding]:
    """Personal values that are still there are those that were committed to."""
    data = {event.pk: read(event) for event in events}
    for start in range(0, len(events), 500):
        for personal in Personal.objects.filter(event__in=events[start : start + 500]):
            committed = data[personal.event_id].get(personal.name)
            if committed != chain.commitment(bytes(personal.salt), personal.value):
                words = f"“{personal.name}” of event {personal.event_id} is not what was recorded."
                yield Finding("commitment", f"personal {personal.pk}", words)


def _terms(projects: list[Project], told: dict[str, Told]) -> Iterator[Finding]:
    rows = Terms.objects.filter(project__in=projects).defer("body").select_related("executed_copy")
    for terms in rows:
        heard = told[terms.project_id]
        yield from _status("terms", terms, heard.terms.get(terms.pk))
        _, offer = heard.offered.get(terms.pk, (None, {}))
        if (offer.get("fingerprint"), offer.get("number")) != (terms.fingerprint, terms.number):
            yield Finding("terms", terms.pk, f"Terms {terms.pk} are not the ones that the record says were sent.")
        event = heard.offered.get(terms.pk, (None, {}))[0]
        ended = heard.terms.get(terms.pk, ("", None))
        instants: tuple[datetime | None, ...] = (
            event.at if event else None,
            heard.in_force.get(terms.pk),
            ended[1] if ended[0] not in ("offered", "in_force") else None,
        )
        if instants != (terms.offered_at, terms.in_force_at, terms.ended_at):
            yield Finding("terms", terms.pk, f"Terms {terms.pk} were sent, came into force or ended at other times.")
        copy = terms.executed_copy.sha256 if terms.executed_copy else None
        if copy != heard.sealed.get(terms.pk):
            yield Finding("terms", terms.pk, f"The executed copy of {terms.pk} is not the one that was sealed.")


def _milestones(projects: list[Project], told: dict[str, Told]) -> Iterator[Finding]:
    for milestone in Milestone.objects.filter(project__in=projects):
        heard = told[milestone.project_id]
        begun = list(heard.in_force.values())
        yield from _status("status", milestone, heard.milestones.get(milestone.pk) or _planned(begun))


def _planned(begun: list[datetime]) -> tuple[str, datetime] | None:
    """Milestones are born, planned, as their terms come into force."""
    return ("planned", begun[0]) if begun else None


def _status(invariant: str, row: Terms | Milestone, heard: tuple[str, datetime] | None) -> Iterator[Finding]:
    if heard is None or heard[0] != row.status:
        said = heard[0] if heard else "nothing"
        yield Finding(invariant, row.pk, f"{row.pk} is {row.status}; the record says {said}.")


def _signatures(projects: list[Project], told: dict[str, Told]) -> Iterator[Finding]:
    rows = Signature.objects.filter(terms__project__in=projects, terms__body__isnull=False)
    found = {signature.pk: signature for signature in rows.select_related("terms").defer("terms__body")}
    for signature in found.values():
        event, data = told[signature.terms.project_id].signed.get(signature.pk, (None, {}))
        if signature.fingerprint != signature.terms.fingerprint or data.get("fingerprint") != signature.fingerprint:
            yield Finding("signature", signature.pk, f"{signature.pk} is not a signature of its terms.")
        recorded = (data.get("side"), data.get("proof"), data.get("consent"), event.at if event else None)
        if recorded != (signature.side, signature.proof, signature.consent_version, signature.signed_at):
            yield Finding("signature", signature.pk, f"{signature.pk} is not as it was recorded.")
    events = {heard[0].pk: signature for each in told.values() for signature, heard in each.signed.items()}
    for personal in Personal.objects.filter(event__in=list(events), name__in=PERSONAL_OF_SIGNATURE):
        signed = found.get(events[personal.event_id])
        if signed is not None and getattr(signed, personal.name) != personal.value:
            words = f"“{personal.name}” of {signed.pk} is not what was recorded."
            yield Finding("signature", signed.pk, words)


def _deliveries(projects: list[Project], told: dict[str, Told]) -> Iterator[Finding]:
    deliveries = Delivery.objects.filter(milestone__project__in=projects).select_related("milestone", "review")
    for delivery in deliveries:
        heard = told[delivery.milestone.project_id]
        if heard.deliveries.get(delivery.pk) != delivery.delivered_at:
            yield Finding("delivery", delivery.pk, f"{delivery.pk} is not as it was recorded.")
        review: Review | None = getattr(delivery, "review", None)
        if heard.reviews.get(delivery.pk) != ((review.verdict, review.given_at) if review else None):
            yield Finding("review", delivery.pk, f"The answer to {delivery.pk} is not as it was recorded.")


def _intents(projects: list[Project], told: dict[str, Told]) -> Iterator[Finding]:
    for kind in (Funding, Payout, Refund):
        rows: Iterable[Any] = kind._default_manager.filter(milestone__project__in=projects).select_related("milestone")
        for intent in rows:
            said = told[intent.milestone.project_id].intents.get(intent.pk)
            if said != ("live" if intent.status in LIVE else intent.status):
                yield Finding("intent", intent.pk, f"{intent.pk} is {intent.status}; the record says {said}.")


def _invoices(projects: list[Project], told: dict[str, Told]) -> Iterator[Finding]:
    about = Q(milestone__project__in=projects) | Q(corrects__milestone__project__in=projects)
    rows = Invoice.objects.filter(about).select_related("milestone", "corrects__milestone")
    for invoice in rows:
        if told[invoice.about.project_id].invoices.get(invoice.pk) != invoice.number:
            yield Finding("invoice", invoice.pk, f"{invoice.pk} was not issued under the number {invoice.number}.")


def _missing(told: dict[str, Told]) -> Iterator[Finding]:
    """What the record names has its row."""
    named: dict[type[Model], set[str]] = defaultdict(set)
    for heard in told.values():
        named[Terms] |= heard.terms.keys()
        named[Milestone] |= heard.milestones.keys()
        named[Delivery] |= heard.deliveries.keys()
        named[Invoice] |= heard.invoices.keys()
    for model, ids in named.items():
        there = set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
        for gone in sorted(ids - there):
            yield Finding("chain", gone, f"The record names {gone}, and there is no such row.")
