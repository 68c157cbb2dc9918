"""The audit of what was said and signed: an altered record, terms, signature or paper is found, its row named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from milepost.core.terms import fingerprint
from milepost.models import Event, File, Milestone, Project, Signature, Terms
from tests.cast import NOON
from tests.jobs.tampering import alter, found, rows

# -- the record --------------------------------------------------------------------------------

EVENT = "UPDATE milepost_event SET {} WHERE project_id = %s AND number = 5"


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'milestone.approved'",
        "actor = 'clock'",
        "data = '{}'",
        "data = data || ' '",
        "data = 'nonsense'",
        "version = 2",
        f"hash = '{'0' * 64}'",
        "number = 99",
    ],
)
def test_an_altered_event_is_found(project: Project, change: str) -> None:
    event = Event.objects.get(project=project, number=5)
    alter(EVENT.format(change.replace("%", "%%")), project.pk)
    named = rows()
    assert named & {event.pk, Event.objects.get(project=project, number=6).pk, project.pk}


def test_an_event_at_another_time_is_found(project: Project) -> None:
    event = Event.objects.get(project=project, number=5)
    alter("UPDATE milepost_event SET at = %s WHERE id = %s", NOON + timedelta(seconds=1), event.pk)
    assert event.pk in rows()


def test_a_dropped_last_event_is_found_even_if_the_project_was_told(project: Project) -> None:
    last = Event.objects.filter(project=project).latest("number")
    before = Event.objects.get(project=project, number=last.number - 1)
    for table in ("milepost_mail", "milepost_announcement", "milepost_personal"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE event_id = %s", [last.pk])
    alter("DELETE FROM milepost_event WHERE id = %s", last.pk)
    assert project.pk in rows()
    alter(
        "UPDATE milepost_project SET events_number = %s, events_hash = %s WHERE id = %s",
        before.number,
        before.hash,
        project.pk,
    )
    assert found(), f"{last.kind} was dropped, and what it made is still there"


def test_a_personal_value_that_was_exchanged_is_found(project: Project) -> None:
    alter(
        "UPDATE milepost_personal SET value = 'Mallory' WHERE name = 'legal_name' AND event_id = %s",
        Event.objects.filter(project=project, kind="terms.signed").latest("number").pk,
    )
    assert {"commitment", "signature"} <= {finding.invariant for finding in found()}


def test_an_erased_personal_value_is_no_finding(project: Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM milepost_personal")
    assert found() == []


# -- terms, signatures, papers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "declined"),
        ("sender", "client"),
        ("fingerprint", "0" * 64),
        ("number", 7),
        ("sign_until", NOON),
        ("offered_at", NOON + timedelta(days=1)),
        ("in_force_at", NOON + timedelta(days=1)),
        ("ended_at", NOON),
        ("body", None),
        ("executed_copy_id", None),
        ("reading_copy_id", None),
    ],
)
def test_an_altered_column_of_terms_is_found(project: Project, column: str, value: object) -> None:
    alter(f"UPDATE milepost_terms SET {column} = %s WHERE id = %s", value, project.terms_id)
    assert {project.terms_id, project.pk, *_milestones(project)} & rows()


def _milestones(project: Project) -> set[str]:
    return set(Milestone.objects.filter(project=project).values_list("pk", flat=True))


def test_an_amount_altered_in_the_bytes_is_found_even_with_a_new_fingerprint(project: Project) -> None:
    terms = project.agreed
    body = json.loads(bytes(terms.body or b""))
    body["terms"]["milestones"][0]["amount_minor"] = 900_000
    forged = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    alter("UPDATE milepost_terms SET body = %s WHERE id = %s", forged, terms.pk)
    assert terms.pk in rows()
    alter("UPDATE milepost_terms SET fingerprint = %s WHERE id = %s", fingerprint(forged), terms.pk)
    assert terms.pk in rows()
    for signature in Signature.objects.filter(terms=terms):
        alter("UPDATE milepost_signature SET fingerprint = %s WHERE id = %s", fingerprint(forged), signature.pk)
    assert terms.pk in rows(), "the record holds the fingerprint that was signed"


@pytest.mark.parametrize("garbage", [b"", b"\xff\x00", b"[]", b"{}"])
def test_terms_that_can_not_be_read_are_a_finding_and_stop_nothing(project: Project, garbage: bytes) -> None:
    terms = project.terms_id
    alter("UPDATE milepost_terms SET body = %s WHERE id = %s", garbage, terms)
    assert terms in rows()
    alter("UPDATE milepost_terms SET fingerprint = %s WHERE id = %s", fingerprint(garbage), terms)
    assert terms in rows()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("fingerprint", "0" * 64),
        ("name", "Mallory"),
        ("legal_name", "Mallory Ltd"),
        ("capacity", "King"),
        ("postal_address", "Elsewhere"),
        ("email", "mallory@example.org"),
        ("proof", "link"),
        ("consent_version", 9),
        ("address", "10.0.0.1"),
        ("agent", "curl"),
        ("signed_at", NOON + timedelta(seconds=1)),
    ],
)
def test_an_altered_signature_is_found(project: Project, column: str, value: object) -> None:
    signature = Signature.objects.get(terms=project.terms_id, side="client")
    alter(f"UPDATE milepost_signature SET {column} = %s WHERE id = %s", value, signature.pk)
    assert signature.pk in rows()


def path_of(file: File) -> Any:
    return settings.FILES / file.sha256[:2] / file.sha256


@pytest.fixture
def kept() -> Iterator[Callable[[File], Any]]:
    """Puts the bytes of a file back after the test: files are not rolled back."""
    before: list[tuple[Any, bytes]] = []

    def keep(file: File) -> Any:
        path = path_of(file)
        before.append((path, path.read_bytes()))
        return path

    yield keep
    for path, content in before:
        path.write_bytes(content)


@pytest.mark.parametrize("copy", ["reading_copy", "executed_copy"])
def test_altered_bytes_of_a_paper_are_found(project: Project, kept: Callable[[File], Any], copy: str) -> None:
    file = getattr(project.agreed, copy)
    path = kept(file)
    path.write_bytes(path.read_bytes().replace(b"%PDF", b"%PDg", 1))
    assert file.pk in rows()
    path.unlink()
    assert [finding.sentence for finding in found()] == [f"The bytes of {file.pk} are gone."]


def test_an_executed_copy_exchanged_for_another_file_is_found(project: Project) -> None:
    other = Terms.objects.exclude(pk=project.terms_id).get()
    alter("UPDATE milepost_terms SET executed_copy_id = %s WHERE id = %s", other.executed_copy_id, project.terms_id)
    assert project.terms_id in rows()
