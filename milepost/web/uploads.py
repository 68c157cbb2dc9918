"""A contract of one's own on the pages: chosen in the wizard, shown page by page beside the schedule, downloaded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import uploads
from milepost.core import steps
from milepost.core import terms as core
from milepost.core.actors import Actor
from milepost.core.catalogue import DocumentKind
from milepost.core.refusals import Refused
from milepost.documents import contract
from milepost.gateways import pictures
from milepost.gateways.inspection import PAGES_MAX, Busy
from milepost.models import Draft, Terms, Upload
from milepost.web import access, files

# The input of the wizard, and the buttons beside it.
INPUT, TAKE, REMOVE = "own_contract", "upload-take", "upload-remove"


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page as a picture."""

    number: int
    src: str


@dataclass(frozen=True, slots=True)
class Own:
    """What a page shows of an upload; `href` is the PDF."""

    name: str
    size_bytes: int
    count: int
    href: str
    pages: list[OwnPage]


# -- the wizard ------------------------------------------------------------------------------------


def asked(draft: Draft) -> dict[str, Any]:
    """What the step of the contract needs: the file that is there, and what may be chosen."""
    return {
        "own": of_draft(draft),
        "kind": steps.document(draft.body),
        "bytes_max": settings.CONTRACT_BYTES_MAX,
        "megabytes_max": settings.CONTRACT_BYTES_MAX // 2**20,
        "pages_max": PAGES_MAX,
    }


def posted(request: HttpRequest, draft: Draft, by: Actor, act: str) -> Draft:
    """Takes in the file that came with the step, or takes the one that is there away."""
    page, file = request.POST.get("page", "")[:32], request.FILES.get(INPUT)
    if act == REMOVE:
        return uploads.remove(draft=draft, by=by, at=access.now(), page=page)
    if file is None:
        if act == TAKE:
            raise Refused(_("Choose a PDF first."), field=steps.UPLOAD)
        return draft
    # One that was chosen before the template was: it is left alone.
    if act == TAKE or steps.document(draft.body) == "upload":
        uploads.keep(draft=draft, stream=file.chunks(), name=file.name or "", by=by, at=access.now(), page=page)
        draft.refresh_from_db()
    return draft


# -- shown -----------------------------------------------------------------------------------------


def of_draft(draft: Draft) -> Own | None:
    upload = uploads.named(draft)
    return _own(upload, "proposal-own", "proposal-own-page", draft.pk) if upload else None


def of_terms(terms: Terms, reader: Literal["terms", "mandate"] = "terms") -> Own | None:
    """None for the template, and where the terms were purged. `reader` names the addresses: a custodian has its own."""
    if terms.upload is None or terms.body is None:
        return None
    return _own(terms.upload, f"{reader}-paper", f"{reader}-own-page", terms.pk)


def review(draft: Draft, said: core.Terms) -> dict[str, Any]:
    """What the review page shows as the contract: the template, or one's own with its schedule."""
    kind = steps.document(draft.body)
    own = of_draft(draft) if kind == "upload" else None
    worded = replace(said, clauses=contract.clauses_for(said, kind))
    return {"own": own, "contract": contract.content(worded, own_pages=own.count if own else 0)}


def beside(draft: Draft) -> core.Document:
    """What is signed beside the terms, told apart by its bytes: the page that was read has to be the one that is sent."""
    kind: DocumentKind = steps.document(draft.body)
    upload = uploads.named(draft) if kind == "upload" else None
    return core.Document(kind, upload.sha256 if upload else "")


def _own(upload: Upload, paper: str, page: str, id: str) -> Own:
    # The picture of another file has another address.
    version = upload.sha256[:12]
    numbers = range(1, upload.pages + 1)
    pages = [OwnPage(number, f"{reverse(page, args=[id, number])}?v={version}") for number in numbers]
    return Own(upload.name, upload.size_bytes, upload.pages, reverse(paper, args=[id]), pages)


# -- addresses -------------------------------------------------------------------------------------


@require_safe
@access.signed_in
def draft_paper(request: HttpRequest, id: str) -> HttpResponse:
    """GET /proposals/<id>/own: the clean copy."""
    upload = uploads.named(access.draft(request, id))
    if upload is None:
        raise Http404
    return files.attachment(upload.sha256, upload.name, "application/pdf")


@require_safe
@access.signed_in
def draft_page(request: HttpRequest, id: str, number: int) -> HttpResponse:
    """GET /proposals/<id>/own/<number>: a page as a picture."""
    return _picture(uploads.named(access.draft(request, id)), number)


@require_safe
@access.known
def terms_page(request: HttpRequest, id: str, number: int) -> HttpResponse:
    """GET /terms/<id>/own/<number>: a page as a picture, for everybody who may read the terms."""
    terms = access.terms(request, id)
    return _picture(terms.upload if terms.body is not None else None, number)


@require_safe
@access.signed_in
def mandate_page(request: HttpRequest, id: str, number: int) -> HttpResponse:
    """GET /mandates/<id>/own/<number>: the same for the custodian's people."""
    return _picture(access.mandate(request, id).upload, number)


def _picture(upload: Upload | None, number: int) -> HttpResponse:
    if upload is None or not 1 <= number <= upload.pages:
        raise Http404
    try:
        stream = pictures.picture(settings.PICTURES, settings.FILES, upload.sha256, number)
    except (pictures.NoPicture, FileNotFoundError):
        # The page says beside it where the PDF is.
        raise Http404 from None
    except Busy:
        return HttpResponse(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    response = FileResponse(stream, content_type="image/webp")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    # By its type a file is no HttpResponse; whoever passes it on treats it as one.
    return response  # type: ignore[return-value]
