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
    # Only our own papers say what they are; what people upload is bytes.
    known = file.media_type if file.media_type == "application/pdf" else "application/octet-stream"
    return attachment(file.sha256, file.name, known)


def attachment(sha256: str, name: str, media_type: str) -> HttpResponse:
    """The bytes that are kept by this hash. 404 when they are gone."""
    try:
        stream = storage.open_file(settings.FILES, sha256)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    # By its type a file is no HttpResponse; whoever passes it on treats it as one.
    return response  # type: ignore[return-value]
