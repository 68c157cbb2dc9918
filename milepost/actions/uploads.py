"""A contract of one's own: kept beside a draft once it has been inspected, replaced, taken away again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import drafts
from milepost.core import steps
from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.gateways import inspection, pictures, storage
from milepost.gateways.inspection import Inspected
from milepost.models import Draft, File, Terms, Upload

NAME_MAX: Final = 255
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def keep(*, draft: Draft, stream: Iterable[bytes], name: str, by: Actor, at: datetime, page: str = "") -> Upload:
    """Inspects the file, keeps its clean copy, and makes it the draft's contract in place of any before.

    `page` names the page that it was sent from, as in `drafts.save`. Refuses, at the field `upload`, what can't be a
    contract; somebody else's draft; and (`Gone`) one that was sent or deleted, also while the file was looked at.
    """
    drafts.must_be_open(draft, by)
    try:
        found = inspection.take_in(settings.FILES, stream, bytes_max=settings.CONTRACT_BYTES_MAX)
    except Refused as refused:
        refused.field = steps.UPLOAD
        raise
    try:
        return _kept(draft, found, name, page, by, at)
    except Refused:
        _let_go(found.sha256)
        raise


def remove(*, draft: Draft, by: Actor, at: datetime, page: str = "") -> Draft:
    """Takes the draft's own contract away; the step asks for another one. Without one there is nothing to do."""
    with transaction.atomic():
        before, draft = drafts.attach(draft=draft, upload="", by=by, at=at, page=page)
    _forget(before)
    return draft


def of(draft: Draft) -> Upload | None:
    """The contract of one's own that the draft is sent with; none for the template.

    Refuses one that is not there any more or belongs to another party.
    """
    if steps.document(draft.body) == "template":
        return None
    found = named(draft)
    if found is None or not storage.has(settings.FILES, found.sha256):
        raise Refused(_("Choose the PDF of your contract again: it is not there any more."), field=steps.UPLOAD)
    return found


def named(draft: Draft) -> Upload | None:
    """The file beside the draft, also while the template is chosen: it may be gone back to."""
    id = steps.at(draft.body, steps.UPLOAD)
    return Upload.objects.filter(pk=id, party=draft.party_id).first() if id else None


def _kept(draft: Draft, found: Inspected, name: str, page: str, by: Actor, at: datetime) -> Upload:
    with transaction.atomic():
        upload = Upload.objects.create(
            party_id=draft.party_id,
            user_id=by.person or None,
            sha256=found.sha256,
            original_sha256=found.original_sha256,
            size_bytes=found.size_bytes,
            name=_clean(name),
            pages=found.pages,
            kept_at=at,
        )
        before, _draft = drafts.attach(draft=draft, upload=upload.pk, by=by, at=at, page=page)
    _forget(before)
    return upload


def _clean(name: str) -> str:
    """The name without folders, and without what could make it look like another one."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return _UNPRINTABLE.sub("", unicodedata.normalize("NFC", last)).strip()[-NAME_MAX:] or _("Contract.pdf")


def _forget(id: str) -> None:
    """What no draft and no terms name any more goes for good. The row stays, and says that it was there."""
    upload = Upload.objects.filter(pk=id).first() if id else None
    if upload and not Draft.objects.filter(body__upload=id).exists() and not Terms.objects.filter(upload=id).exists():
        _let_go(upload.sha256, but=id)


def _let_go(sha256: str, but: str = "") -> None:
    """The bytes, unless another upload or a file of a project has the same."""
    if Upload.objects.filter(sha256=sha256).exclude(pk=but).exists() or File.objects.filter(sha256=sha256).exists():
        return
    storage.remove(settings.FILES, sha256)
    pictures.forget(settings.PICTURES, sha256)
