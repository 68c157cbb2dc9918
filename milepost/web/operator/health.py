"""Health: what happens by itself, and what got stuck. Counts and causes, never what a paper says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import operators, payee
from milepost.core.refusals import Refused
from milepost.gateways import seal
from milepost.models import Funding, Installation, Invoice, Mail, Payout, Refund, Terms, User
from milepost.web import access
from milepost.web.operator import places

# What takes longer than this got stuck.
PAPER_LATE: Final = timedelta(minutes=15)
WORKER_LATE: Final = timedelta(minutes=3)
ANSWER_LATE: Final = timedelta(hours=1)
SEAL_ENDS_SOON: Final = timedelta(days=90)
FAILED_MAX: Final = 20
# As many bank details are opened to see that their key is the right one.
OPENED_MAX: Final = 10


@require_safe
@places.operated
def health(request: HttpRequest) -> HttpResponse:
    """GET /installation/health."""
    return _page(request, None)


def _page(request: HttpRequest, refusal: Refused | None) -> HttpResponse:
    at, house = access.now(), Installation.objects.get(pk=1)
    seen = house.worker_seen_at
    context = {
        "installation": house,
        "worker_late": seen is None or at - seen > WORKER_LATE,
        "mail_set_up": settings.MAIL_SET_UP or settings.DEMO,
        "mails": Mail.objects.aggregate(
            waiting=Count("pk", filter=Q(done_at=None, dead_at=None)),
            tried=Count("pk", filter=Q(done_at=None, dead_at=None, attempts__gt=0)),
            dead=Count("pk", filter=Q(dead_at__isnull=False)),
        ),
        "failed": Mail.objects.filter(done_at=None, attempts__gt=0).order_by("-written_at")[:FAILED_MAX],
        "seal": _seal(at),
        "vault": payee.trouble(OPENED_MAX),
        "papers": _papers(at),
        "unanswered": sum(_unanswered(kind, at) for kind in (Funding, Payout, Refund)),
    }
    context["well"] = not _stuck(context)
    return places.page(request, "operator/health.html", context, refusal)


def _stuck(context: dict[str, Any]) -> bool:
    """Whether anything there needs the operator."""
    house, seal = context["installation"], context["seal"]
    late = context["worker_late"] or not context["mail_set_up"] or context["mails"]["dead"] or context["unanswered"]
    keys = context["vault"] or seal.get("failure") or seal.get("soon")
    return bool(late or keys or any(context["papers"].values()) or house.audit_findings)


def _seal(at: datetime) -> dict[str, Any]:
    """Whether the key that seals contracts can be used, and until when; asked of a process of its own."""
    try:
        ends_at = seal.expires_at(settings.KEYS)
    except seal.SealFailed as failure:
        return {"failure": str(failure)}
    return {"ends_at": ends_at, "soon": ends_at - at < SEAL_ENDS_SOON}


def _papers(at: datetime) -> dict[str, int]:
    """Signed and not sealed, issued and not printed, for longer than it takes."""
    late = at - PAPER_LATE
    return {
        "unsealed": Terms.objects.filter(executed_copy=None, in_force_at__lt=late).count(),
        "unprinted": Invoice.objects.filter(paper=None, serial__isnull=False, issued_at__lt=late).count(),
    }


def _unanswered(kind: type[Funding] | type[Payout] | type[Refund], at: datetime) -> int:
    """Asked of a provider, and without a clear answer for long."""
    return kind.objects.filter(status="unknown", requested_at__lt=at - ANSWER_LATE).count()


@places.deed(_page, "installation-health")
def mails(request: HttpRequest, by: User, id: str) -> HttpResponse:
    """POST /installation/mails/<id>/retries: one that was given up is tried again."""
    mail = Mail.objects.filter(pk=id).first() if "\x00" not in id else None
    if mail is None:
        raise Http404
    operators.send_again(mail=mail, by=by, at=access.now())
    messages.success(request, _("It is tried again now."))
    return redirect("installation-health")
