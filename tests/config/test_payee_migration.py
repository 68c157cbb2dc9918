"""What parties had typed in plain text about where they are paid is kept, encrypted."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from tests import databases

BEFORE = [("milepost", "0006_mail_to_each")]
TYPED = "Ada Lindqvist\nIBAN SE45 5000 0000 0583 9825 7466"


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database without a table."""
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}-empty-{secrets.token_hex(4)}"
        if connection.vendor == "postgresql":
            databases._as_owner(f'CREATE DATABASE "{name}"')
        with databases.connected_to(name):
            yield
        drop = databases._drop_file if connection.vendor == "sqlite" else databases._drop_postgres
        drop(name)


def test_typed_details_are_sealed_and_the_column_is_gone(empty: None) -> None:
    from milepost.actions import payee
    from milepost.models import Party, PayeeDetails

    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps.get_model("milepost", "Party")
    ada = old.objects.create(email="ada@example.org", legal_name="Ada Lindqvist", payment_instructions=TYPED)
    old.objects.create(email="carl@example.org", payment_instructions="  \n")
    old.objects.create(email="dora@example.org")
    call_command("migrate", verbosity=0)
    details = PayeeDetails.objects.get()
    assert (details.party_id, details.kind, details.ending, details.stated_by) == (ada.pk, "lines", "7466", None)
    assert b"5000" not in bytes(details.sealed)
    party = Party.objects.get(pk=ada.pk)
    assert payee.in_force(party, details.stated_at) == details
    shown = payee.reveal(details)
    assert (shown.name, shown.iban, shown.lines) == ("Ada Lindqvist", "", TYPED)
    assert settings.KEYS.joinpath("vault").stat().st_mode & 0o77 == 0
    with connection.cursor() as cursor:
        columns = {
            column.name for column in connection.introspection.get_table_description(cursor, Party._meta.db_table)
        }
    assert "payment_instructions" not in columns
