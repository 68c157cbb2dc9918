"""For whoever watches from outside: does it answer, and are the books in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from milepost.models import Installation
from milepost.web import access

# The worker audits nightly; an audit older than this was missed.
AUDIT_AGE_MAX: Final = timedelta(hours=36)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _said("the database does not answer", 503)
    return _said("ok")


@require_safe
@never_cache
def integrity(request: HttpRequest) -> HttpResponse:
    """200 when the last audit is recent and found nothing, else 503; what it found is for the operator alone."""
    try:
        installation = Installation.objects.get(pk=1)
    except DatabaseError:
        return _said("the database does not answer", 503)
    audited_at = installation.audited_at
    if audited_at is None:
        return _said("not audited yet", 503)
    if access.now() - audited_at > AUDIT_AGE_MAX:
        return _said("the last audit is too long ago", 503)
    if installation.audit_findings:
        return _said("the last audit found something", 503)
    return _said("ok")


def _said(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)
