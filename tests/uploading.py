"""A contract of one's own as it is after its inspection, which has its own tests."""

from __future__ import annotations

from django.conf import settings

from milepost.gateways import storage
from milepost.models import Upload
from tests.cast import NOON, Person
from tests.gateways import pdfs


def uploaded(by: Person, *, pages: int = 1) -> Upload:
    body = pdfs.saved(pdfs.plain(pages))
    sha256, size = storage.keep(settings.FILES, [body], bytes_max=len(body))
    return Upload.objects.create(
        party=by.party,
        user=by.user,
        sha256=sha256,
        original_sha256=sha256,
        size_bytes=size,
        name="Agreement.pdf",
        pages=pages,
        kept_at=NOON,
    )
