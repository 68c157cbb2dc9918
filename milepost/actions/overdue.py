"""A direct payment that is late is asked for again: three times, while mails arrive, and no more once anybody says paid."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from milepost.actions import milestones
from milepost.core import dues
from milepost.core.actors import CLOCK
from milepost.events.record import record
from milepost.models import Mail, Milestone, OverdueNotice, Party, Payment


def waiting(at: datetime) -> QuerySet[Milestone]:
    """Approved, with no word of a payment, and not asked for as often as it may be."""
    said = Payment.objects.filter(milestone=OuterRef("pk"), unsent_at=None)
    last = OverdueNotice.objects.filter(milestone=OuterRef("pk"), number=len(dues.NOTICES))
    rows = Milestone.objects.filter(~Exists(said), ~Exists(last), status="approved", moved_at__lt=at)
    return rows.select_related("project__terms").order_by("moved_at")


def ask_again(*, milestone: Milestone, at: datetime) -> OverdueNotice | None:
    """The clock gives the notice whose day has come; None while there is none to give, or no mail reaches the client.

    The last one says so, and the freelancer hears that there are no more.
    """
    if not _number(milestone, at) or not reached(milestone.project.client_id):
        return None
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        number = _number(milestone, at)
        if not number:
            return None
        notice = OverdueNotice.objects.create(milestone=milestone, number=number, noticed_at=at)
        due_on = _due_on(milestone).isoformat()
        facts: dict[str, Any] = {"milestone": milestone.pk, "notice": notice.pk, "number": number, "due_on": due_on}
        record(project, "payment.overdue", by=CLOCK, at=at, **facts)
        if number == len(dues.NOTICES):
            record(project, "payment.notices_ended", by=CLOCK, at=at, **facts)
    return notice


def reached(client: Party | str) -> bool:
    """Whether mail arrives: at one of the client's addresses the newest that was settled was accepted, and none fails."""
    mails = Mail.objects.filter(party=client).exclude(to="").order_by()
    failing = mails.filter(done_at=None, dead_at=None).exclude(last_error="").values("to")
    settled = mails.values("to").annotate(done=Max("done_at"), dead=Max("dead_at"))
    accepted = Q(done__isnull=False) & (Q(dead=None) | Q(done__gt=F("dead")))
    return bool(settled.filter(accepted).exclude(to__in=failing).exists())


def _number(milestone: Milestone, at: datetime) -> int:
    """The number of the notice that is to be given now; 0 for none."""
    if milestone.status != "approved" or milestone.holder != "nobody":
        return 0
    if Payment.objects.filter(milestone=milestone, unsent_at=None).exists():
        return 0
    zone = ZoneInfo(milestone.project.agreed.said.time_zone)
    given = OverdueNotice.objects.filter(milestone=milestone).order_by("number").values_list("noticed_at", flat=True)
    days = [noticed_at.astimezone(zone).date() for noticed_at in given]
    return dues.next_notice(_due_on(milestone), days, at.astimezone(zone).date())


def _due_on(milestone: Milestone) -> date:
    said = milestone.project.agreed.said
    return dues.due_on(milestone.moved_at, said.payment_days, said.time_zone)
