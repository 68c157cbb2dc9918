"""The demo's own pages: be somebody else, read everybody's mail, begin anew. They have no address outside the demo."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Final

from allauth.account.adapter import get_adapter
from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from milepost.models import File, Mail, User
from milepost.web.answers import page

log = logging.getLogger("milepost.demo")

CAST: Final = {name: f"{name}@example.org" for name in ("ada", "carl", "cora", "nils", "olga")}
MAILS: Final = 50
# How long the demo may take to begin anew, in seconds.
RESET_SECONDS: Final = 120
# The page of a mail is somebody's words in HTML: it runs nothing, loads nothing, and its links leave it.
_LETTER: Final = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Signs in as one of the cast, as if the code had just been typed."""
    _become(request, get_object_or_404(User, email=CAST.get(request.POST.get("person", ""), "")))
    return redirect("home")


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """Every mail, the newest first."""
    rows = Mail.objects.order_by("-written_at", "-pk")
    if before := request.GET.get("before"):
        last = get_object_or_404(Mail, pk=before)
        rows = rows.filter(Q(written_at__lt=last.written_at) | Q(written_at=last.written_at, pk__lt=last.pk))
    found = list(rows[: MAILS + 1])
    older = f"?before={found[MAILS - 1].pk}" if len(found) > MAILS else ""
    return page(request, "demo/outbox.html", {"mails": found[:MAILS], "older": older})


@require_GET
def mail(request: HttpRequest, id: str) -> HttpResponse:
    """One mail, as its reader has it."""
    found = get_object_or_404(Mail, pk=id)
    attached = File.objects.filter(pk__in=found.attachments)
    return page(request, "demo/mail.html", {"mail": found, "attached": attached})


@require_GET
@xframe_options_sameorigin
@csp(_LETTER)  # type: ignore[arg-type]  # its types know no address with a part that varies
def letter(request: HttpRequest, id: str) -> HttpResponse:
    """The HTML of a mail, shown in a frame; its links open where the frame is."""
    found = get_object_or_404(Mail.objects.exclude(html=""), pk=id)
    return HttpResponse(found.html.replace("<head>", '<head><base target="_top">', 1))


@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """The first day again. Made beside, in a process and a folder of its own, then put in place at one stroke."""
    who = getattr(request.user, "email", "")
    command = [sys.executable, "-m", "milepost.demo", str(settings.DATA)]
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=RESET_SECONDS, check=True)
    except subprocess.SubprocessError as failure:
        log.error("The demo was not reset: %s %s", failure, getattr(failure, "stderr", ""))
        messages.error(request, _("The demo could not be reset. It goes on as it was."))
        return redirect("home")
    # Every login ended with the data that it belonged to.
    request.session.flush()
    if user := User.objects.filter(email=who).first():
        _become(request, user)
    messages.success(request, _("The demo has begun anew."))
    return redirect("home")


def _become(request: HttpRequest, user: User) -> None:
    request.session.flush()
    get_adapter(request).login(request, user)
