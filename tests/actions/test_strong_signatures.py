"""Who signs with a passkey or an authenticator app: the row, the record and the signature page say so."""

from __future__ import annotations

import json

import pytest

from milepost.actions import offers, sealing
from milepost.documents.signatures import IDENTIFIED
from milepost.jobs import audit
from milepost.models import Event, Signature
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        ("strong", "used a passkey or an authenticator app"),
        ("fresh", "signed in with this e-mail address shortly before"),
        ("code", "a code sent to this e-mail address"),
    ],
)
def test_how_the_signer_was_identified_is_kept_and_said(proof: str, words: str) -> None:
    ada = cast.ada()
    terms = offers.offer(draft=cast.draft(ada), signing=cast.signature(), by=ada.actor(proof), at=NOON)
    signature = Signature.objects.get(terms=terms)
    assert signature.proof == proof
    recorded = Event.objects.filter(project=terms.project, data__contains='"proof"').first()
    assert recorded is not None
    assert json.loads(recorded.data)["proof"] == proof
    assert words in IDENTIFIED[sealing._facts(signature).identified]
    assert [str(finding) for finding in audit.findings()] == []
