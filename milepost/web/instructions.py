"""How something is paid by bank transfer: how much, to which account, under which reference, by when; and who says so.

The account is shown to who is signed in, or has typed the code; it stands in no mail, and no cache keeps the page.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import funding as fundings
from milepost.actions import payee
from milepost.core import banking, references
from milepost.core.actors import Actor
from milepost.core.money import Money
from milepost.core.refusals import NotAllowed, NotProved, Refused
from milepost.core.terms import Payee
from milepost.documents import codes
from milepost.models import Funding, Invoice, Milestone, Payment, Project
from milepost.models.money import LIVE
from milepost.web import access, answers, dues, payees
from milepost.web.deeds import acting, deed
from milepost.web.projects import frame
from milepost.web.road import day_of, name_of


def proved(by: Actor) -> bool:
    """A link alone is not enough to see an account."""
    return by.proof in ("login", "fresh", "code", "strong")


# -- a milestone that is paid directly -----------------------------------------------------------


def account(request: HttpRequest, id: str) -> HttpResponse:
    """GET /milestones/<id>/account: how to pay it. POST: a guest sees the account too, after the code from the mail."""
    return _milestone_shown(request, id) if request.method == "POST" else of_milestone(request, id)


@require_safe
@access.known
def of_milestone(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = access.milestone(request, id)
    if found.holder != "nobody" or found.status != "approved":
        return redirect("milestone", found.pk)
    return _page(request, found.project, _of_milestone(request, found), refusal)


def _again(request: HttpRequest, id: str, refusal: Refused) -> HttpResponse:
    found = access.milestone(request, id)
    return _page(request, found.project, _of_milestone(request, found), refusal)


@deed(access.milestone, shown=_again, leads_to="milestone-account", binds="account")
def _milestone_shown(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    _must_be_for(milestone.project, by)
    if milestone.holder != "nobody" or milestone.status != "approved":
        return redirect("milestone", milestone.pk)
    request.actor = by  # type: ignore[attr-defined]  # the page asks it
    return _page(request, milestone.project, _of_milestone(request, milestone))


def _of_milestone(request: HttpRequest, milestone: Milestone) -> dict[str, Any]:
    project, said = milestone.project, milestone.project.agreed.said
    invoice = Invoice.objects.filter(milestone=milestone).select_related("payee").first()
    details = (invoice.payee if invoice else None) or payee.in_force(project.freelancer, access.now())
    sent = Payment.objects.filter(milestone=milestone, unsent_at=None).first()
    facts = {
        "milestone": milestone,
        "invoice": invoice,
        "payee_name": name_of(project, "freelancer"),
        "due_on": dues.due_on(milestone, said),
        "say": reverse("milestone-payments", args=[milestone.pk]),
        "show": reverse("milestone-account", args=[milestone.pk]),
        "sent_at": sent.sent_at if sent else None,
        "asked_at": invoice.issued_at if invoice else None,
        "direct": True,
    }
    payable = project.side_of(acting(request)) in ("client", "freelancer")
    return (
        facts
        | _changes(request, project, details)
        | _account(
            request, lambda: payee.reveal(details) if details and payable else None, milestone.amount, milestone.pk
        )
    )


# -- a milestone that is paid in advance, to its holder --------------------------------------------


@require_safe
@access.known
def funding(request: HttpRequest, id: str) -> HttpResponse:
    """GET /fundings/<id>: how to pay it."""
    return _funding(request, id)


@access.known
def _funding(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = access.funding(request, id)
    if found.holder == "sandbox" and refusal is None:
        return redirect("milestone", found.milestone_id)
    return _page(request, found.milestone.project, _of_funding(request, found), refusal)


@deed(access.funding, shown=_funding, leads_to="funding", binds="account")
def funding_account(request: HttpRequest, funding: Funding, by: Actor) -> HttpResponse:
    """POST /fundings/<id>/account: a guest sees the account too, after the code from the mail."""
    _must_be_for(funding.milestone.project, by)
    request.actor = by  # type: ignore[attr-defined]  # the page asks it
    return _page(request, funding.milestone.project, _of_funding(request, funding))


@deed(access.funding, shown=_funding, leads_to="funding", binds="sent")
def funding_sent(request: HttpRequest, funding: Funding, by: Actor) -> HttpResponse:
    """POST /fundings/<id>/payments: the client says that the money is on its way."""
    fundings.say_sent(funding=funding, by=by, at=access.now())
    messages.success(request, _("Noted as sent. Whoever receives it says when it has arrived."))
    return redirect("funding", funding.pk)


@deed(access.funding, shown=_funding, leads_to="funding")
def funding_unsent(request: HttpRequest, funding: Funding, by: Actor) -> HttpResponse:
    """POST /fundings/<id>/payments/undo: said by mistake."""
    fundings.take_back(funding=funding, by=by, at=access.now())
    messages.success(request, _("Taken back: the payment is not noted as sent any more."))
    return redirect("funding", funding.pk)


def _of_funding(request: HttpRequest, funding: Funding) -> dict[str, Any]:
    milestone, project = funding.milestone, funding.milestone.project
    said, today = project.agreed.said, day_of(access.now(), project.agreed.said.time_zone)
    custodian = said.custodian if milestone.holder == "custodian" else None
    sent = funding.said.filter(word="sent", taken_back_at=None).order_by("said_at").first()
    left = Money(max(funding.amount_minor - (funding.arrived_minor or 0), 0), funding.currency)
    facts = {
        "milestone": milestone,
        "funding": funding,
        "payee_name": custodian.name if custodian else name_of(project, "freelancer"),
        "custodian": custodian,
        "starts_on": said.start_on if said.start_on > today else None,
        "say": reverse("funding-payments", args=[funding.pk]),
        "show": reverse("funding-account", args=[funding.pk]),
        "sent_at": sent.said_at if sent else None,
        "asked_at": funding.requested_at,
        "arrived": funding.amount - left,
        "settled": funding.status in ("confirmed", "failed"),
    }
    if custodian:
        # It stands in the terms that both have signed, and changes with them alone.
        return facts | _account(request, lambda: custodian.payee, left, funding.pk)
    details = funding.payee
    return (
        facts
        | _changes(request, project, details)
        | _account(request, lambda: payee.reveal(details) if details else None, left, funding.pk)
    )


# -- what both show ------------------------------------------------------------------------------


def _page(
    request: HttpRequest, project: Project, facts: dict[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    role = project.role_of(acting(request))
    sent_at: datetime | None = facts["sent_at"]
    context = _frame(request, project) | facts
    context |= {
        "takes": _takes(request, facts.get("funding")),
        "pays": role == "client" and not facts.get("settled"),
        "just_said": dues.just_said(sent_at, access.now()),
        "overdue": sent_at is None and dues.is_overdue(facts.get("due_on"), project.agreed.said, access.now()),
    }
    return answers.page(request, "money/instruction.html", context, refusal)


def _takes(request: HttpRequest, funding: Funding | None) -> str:
    """Where those who receive it say what arrived; that takes a person's own name."""
    by = acting(request)
    if funding is None or funding.status not in LIVE or not by.person or not funding.holder.endswith(f"/{by.party}"):
        return ""
    return reverse("funding-arrivals", args=[funding.pk])


def _frame(request: HttpRequest, project: Project) -> dict[str, Any]:
    """A custodian's people see the page too: they are no side of the project."""
    role = project.role_of(acting(request))
    if role in ("client", "freelancer"):
        return frame(request, project, role)
    zone = project.agreed.said.time_zone
    return {
        "project": project,
        "client": name_of(project, "client"),
        "freelancer": name_of(project, "freelancer"),
        "zone": zone,
        "today": day_of(access.now(), zone),
        "nav": "holdings",
        "at_custodian": True,
    }


def _must_be_for(project: Project, by: Actor) -> None:
    if project.role_of(by) != "client":
        raise NotAllowed(_("The account is shown to the client."))
    if not proved(by):
        raise NotProved(_("This needs the code from your mail."))


def _account(request: HttpRequest, open_: Any, amount: Money, id: str) -> dict[str, Any]:
    """The account as far as this person may see it, and the code that their bank's app photographs."""
    reference = references.structured_reference(id)
    said = {"amount": amount, "reference": references.grouped(reference), "reference_plain": reference}
    try:
        to: Payee | None = open_()
    except Refused as closed:
        return said | {"has_account": True, "closed": closed.sentence}
    if to is None or not proved(acting(request)):
        return said | {"has_account": to is not None}
    code = banking.epc(to, amount, reference) if amount else None
    shown = {"to": to, "iban": banking.grouped(to.iban), "code": codes.qr(code) if code else None}
    return said | shown | {"has_account": True}


def _changes(request: HttpRequest, project: Project, details: Any) -> dict[str, Any]:
    """What was ever stated; and whether what is asked for here keeps an account that holds no more, or soon won't."""
    party, at = project.freelancer, access.now()
    now, soon = payee.in_force(party, at), payee.pending(party, at)
    kept = details is not None and now is not None and details.pk != now.pk
    return {
        "changed_at": now.takes_effect_at if kept and now else None,
        "changes_at": soon.takes_effect_at if soon else None,
        "history": payees.history(party, at, endings=proved(acting(request))),
    }
