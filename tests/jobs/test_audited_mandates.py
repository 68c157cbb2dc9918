"""The audit asks of terms in force whether all whom they need have signed, each for the party meant, in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.models import Project, Terms
from tests import cast
from tests.cast import NOON
from tests.jobs.tampering import alter, found

pytestmark = pytest.mark.django_db

SIGNATURE = " FROM milepost_signature WHERE terms_id = %s AND side = %s"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")
    project = cast.in_force(holder="custodian")
    assert found() == []
    return project


def unsigned() -> set[str]:
    return {finding.sentence for finding in found() if finding.invariant == "signed"}


@pytest.mark.parametrize("side", ["client", "freelancer", "custodian"])
def test_a_signature_that_is_gone_is_found(held: Project, side: str) -> None:
    alter(f"DELETE{SIGNATURE}", held.terms_id, side)
    assert unsigned() == {f"{held.terms_id} came into force without the signature of the {side}."}


@pytest.mark.parametrize("side", ["client", "freelancer", "custodian"])
def test_a_signature_after_the_fact_is_found(held: Project, side: str) -> None:
    late = "UPDATE milepost_signature SET signed_at = %s WHERE terms_id = %s AND side = %s"
    alter(late, NOON + timedelta(seconds=1), held.terms_id, side)
    assert unsigned() == {f"{held.terms_id} came into force without the signature of the {side}."}


@pytest.mark.parametrize("side", ["client", "freelancer", "custodian"])
def test_a_signature_for_somebody_else_is_found(held: Project, side: str) -> None:
    other = cast.cora().party
    alter(
        "UPDATE milepost_signature SET party_id = %s WHERE terms_id = %s AND side = %s", other.pk, held.terms_id, side
    )
    assert [sentence.endswith(f"is not for the {side} of {held.terms_id}.") for sentence in unsigned()] == [True]


def test_terms_that_were_never_in_force_need_no_second_signature() -> None:
    terms = cast.offered(cast.ada())
    assert Terms.objects.get(pk=terms.pk).signatures.count() == 1
    assert found() == []
