"""Files as downloads: never shown in the page, whatever they say they are."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from milepost.gateways import storage
from milepost.models import File
from milepost.web import access


@require_safe
@access.known
def file(request: HttpRequest, id: str) -> HttpResponse:
    """GET /files/<id>."""
    return attached(access.file(request, id))


def attached(file: File | None) -> HttpResponse:
    """The bytes as an attachment that no browser opens in our name. 404 when there is no such paper yet."""
    if file is None:
        raise Http404
    try:
        stream = storage.open_file(settings.FILES, file.sha256)
    except FileNotFoundError:
        raise Http404 from None
    # Only our own papers say what they are; what people upload is bytes.
    known = file.media_type if file.media_type == "application/pdf" else "application/octet-stream"
    response = FileResponse(stream, as_attachment=True, filename=file.name, content_type=known)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    # By its type a file is no HttpResponse; whoever passes it on treats it as one.
    return response  # type: ignore[return-value]
