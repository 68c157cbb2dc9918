"""Letters about papers: an invoice, a payment request, a credit note. The paper goes along where it was made here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events.audience import Reader
from milepost.events.story import Story
from milepost.events.wording.letters import Letter, milestone
from milepost.models import Invoice


def issued(story: Story, reader: Reader) -> Letter:
    """How it is paid stands behind login or code, and in no mail."""
    invoice = _invoice(story)
    is_invoice = invoice.kind == "invoice"
    subject = _("Invoice %(number)s: %(milestone)s of %(project)s")
    request = _("Payment request %(number)s: %(milestone)s of %(project)s")
    to_pay = invoice.facts["holder"] == "nobody" and invoice.about.status != "closed"
    return Letter(
        subject=(subject if is_invoice else request) % _names(story, invoice),
        opening=(story.fill(_here(is_invoice) if invoice.serial else _elsewhere(invoice)),),
        button=_("See how to pay") if to_pay else _("Open the milestone"),
        page=milestone(story),
        next=story.fill(_next(str(invoice.facts["holder"]), to_pay=to_pay)),
        attachments=_attached(invoice),
    )


def _next(holder: str, *, to_pay: bool) -> str:
    if to_pay:
        return _("Pay %(freelancer)s as that page says, then note there that you have sent it.")
    if holder == "nobody":
        return _("It is paid already. You need not do anything.")
    if holder == "freelancer":
        return _("It is paid from the deposit. You need not do anything.")
    return _("It is paid from what was held for it. You need not do anything.")


def _here(is_invoice: bool) -> str:
    if is_invoice:
        return _("%(freelancer)s's invoice for %(milestone)s is attached.")
    return _("%(freelancer)s's payment request for %(milestone)s is attached.")


def _elsewhere(invoice: Invoice) -> str:
    if invoice.paper_id:
        return _("%(freelancer)s has added an invoice of their own for %(milestone)s. Its PDF is on the page.")
    return _("%(freelancer)s has added the number of their invoice for %(milestone)s. It comes to you from them.")


def credited(story: Story, reader: Reader) -> Letter:
    """To both sides: it stands in the books of both."""
    note = _invoice(story)
    corrects = note.corrects
    assert corrects is not None, "a credit note corrects a paper"
    is_invoice = corrects.kind == "invoice"
    subject = _("Credit note %(number)s: %(milestone)s of %(project)s")
    refund = _("Refund note %(number)s: %(milestone)s of %(project)s")
    taken_back = _("What was refunded for %(milestone)s is taken back from invoice %(corrects)s.")
    noted = _("What was refunded for %(milestone)s is noted for payment request %(corrects)s.")
    return Letter(
        subject=(subject if is_invoice else refund) % _names(story, note),
        opening=((taken_back if is_invoice else noted) % (_names(story, note) | {"corrects": corrects.number}),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("Keep it with the invoice. You need not do anything.")
        if is_invoice
        else _("Keep it with the payment request. You need not do anything."),
        attachments=_attached(note),
    )


def _invoice(story: Story) -> Invoice:
    return Invoice.objects.select_related("milestone", "corrects").get(pk=story.data["invoice"])


def _names(story: Story, invoice: Invoice) -> dict[str, str]:
    return {"number": invoice.number, "milestone": story.title, "project": story.project_name}


def _attached(invoice: Invoice) -> tuple[str, ...]:
    """What people upload is fetched behind a login; the house mails its own papers alone."""
    return (invoice.paper_id,) if invoice.paper_id and invoice.serial else ()
