"""Triggers are put in, missed when they are gone, and come back after a migration has rebuilt their table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.core.checks import ERROR, Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, models
from django.test.utils import isolate_apps

from milepost.ledger import audit, installation, triggers
from milepost.ledger.models import Account, Posting, Transfer
from tests.ledger.books import drop, fresh, fund, on_postgres, on_sqlite, sql

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def whole_again(committed: None) -> Iterator[None]:
    yield
    installation.install(connection)
    assert installation.differences(connection) == []


def errors() -> list[str]:
    return [
        message.id or ""
        for message in run_checks(tags=[Tags.database], databases=["default"])
        if message.is_serious(ERROR)
    ]


def rebuild(model: type[models.Model], field: str) -> None:
    """What a migration does that makes a column longer: on SQLite a new table takes the place of the old one."""
    before = field_of(model, field)
    after = before.clone()
    after.max_length = 300
    after.set_attributes_from_name(field)
    after.model = model
    with connection.schema_editor() as editor:
        editor.alter_field(model, before, after)


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.local_fields if field.name == name)


def test_after_migrating_all_are_in_place() -> None:
    assert installation.differences(connection) == []
    assert "milepost.E001" not in errors()


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("ledger_transfer", "ledger_transfer_moves_balances"),
        ("ledger_account", "ledger_account_explained"),
        ("ledger_posting", "ledger_posting_no_update"),
        ("ledger_checkpoint", "ledger_checkpoint_no_delete"),
    ],
)
def test_a_dropped_trigger_is_missed(table: str, name: str) -> None:
    drop(table, name)
    assert installation.differences(connection) == [f"{name} is missing"]
    assert "milepost.E001" in errors()
    installation.install(connection)
    assert "milepost.E001" not in errors()


def test_a_trigger_that_does_something_else_is_noticed() -> None:
    drop("ledger_posting", "ledger_posting_no_delete")
    if connection.vendor == "sqlite":
        sql("CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting BEGIN SELECT 1; END")
    else:
        sql(
            "CREATE OR REPLACE FUNCTION ledger_posting_no_delete() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN OLD; END $$"
        )
        sql(
            "CREATE TRIGGER ledger_posting_no_delete BEFORE DELETE ON ledger_posting "
            "FOR EACH ROW EXECUTE FUNCTION ledger_posting_no_delete()"
        )
    assert installation.differences(connection) == ["ledger_posting_no_delete has been altered or switched off"]


def test_a_stranger_s_trigger_on_the_books_is_noticed_and_removed() -> None:
    if connection.vendor == "sqlite":
        sql("CREATE TRIGGER sly BEFORE INSERT ON ledger_transfer BEGIN SELECT 1; END")
    else:
        sql("CREATE FUNCTION sly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$")
        sql("CREATE TRIGGER sly BEFORE INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION sly()")
    assert installation.differences(connection) == ["sly on ledger_transfer is not ours"]
    installation.install(connection)
    assert installation.differences(connection) == []


@on_postgres
def test_a_trigger_that_is_switched_off_is_noticed() -> None:
    sql("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_no_delete")
    assert installation.differences(connection) == ["ledger_transfer_no_delete has been altered or switched off"]


@on_postgres
def test_a_function_that_was_emptied_is_noticed() -> None:
    sql(
        "CREATE OR REPLACE FUNCTION ledger_account_explained() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RETURN NEW; END $$"
    )
    assert installation.differences(connection) == ["ledger_account_explained has been altered or switched off"]


@pytest.mark.parametrize(("model", "field"), [(Account, "path"), (Posting, "kind"), (Transfer, "currency")])
def test_triggers_come_back_after_a_table_was_rebuilt(model: type[models.Model], field: str) -> None:
    fund(fresh("mil"), 500)
    rebuild(model, field)
    if connection.vendor == "sqlite":
        lost = installation.differences(connection)
        assert lost
        assert all(wrong.startswith(model._meta.db_table) and wrong.endswith("is missing") for wrong in lost)
    call_command("migrate", verbosity=0, skip_checks=True)
    assert installation.differences(connection) == []
    fund(fresh("mil"), 500)
    assert not list(audit.findings())


@on_sqlite
def test_a_rebuilt_table_leaves_the_triggers_of_others_in_place() -> None:
    rebuild(Account, "path")
    assert not [wrong for wrong in installation.differences(connection) if "ledger_transfer" in wrong]


def test_migrate_does_not_mend_in_silence() -> None:
    drop("ledger_posting", "ledger_posting_no_update")
    with pytest.raises(CommandError, match="ledger_posting_no_update is missing"):
        call_command("migrate", verbosity=0, skip_checks=False)
    call_command("migrate", verbosity=0, skip_checks=True)
    assert "milepost.E001" not in errors()


def test_the_check_is_silent_while_there_is_something_to_migrate() -> None:
    drop("ledger_posting", "ledger_posting_no_update")
    with mock.patch.object(installation, "_to_migrate", return_value=True):
        assert "milepost.E001" not in errors()


# -- the same for other apps' tables ---------------------------------------------------------------


@pytest.fixture
def papers() -> Iterator[type[models.Model]]:
    """A table like that of an app above: once issued, a paper is fixed but for three columns."""
    known = dict(triggers.REGISTERED)
    with isolate_apps("milepost.ledger"):

        class Paper(models.Model):  # nobody prints it
            serial = models.IntegerField(unique=True)
            text = models.TextField(null=True)  # null means that it was emptied
            status = models.TextField()
            file = models.TextField(null=True)  # null means that it is yet to come
            issued = models.BooleanField()

            class Meta:
                app_label = "tests"

    with connection.schema_editor() as editor:
        editor.create_model(Paper)
    triggers.append_only(Paper, where="OLD.issued", may_change=["status"], may_fill=["file"], may_empty=["text"])
    installation.install(connection)
    sql("INSERT INTO tests_paper (id, serial, text, status, issued) VALUES (1, 1, 'one', 'new', 1 = 1)")
    sql("INSERT INTO tests_paper (id, serial, text, status, issued) VALUES (2, 2, 'two', 'new', 1 = 0)")
    yield Paper
    with connection.schema_editor() as editor:
        editor.delete_model(Paper)
    triggers.REGISTERED.clear()
    triggers.REGISTERED.update(known)


def test_the_exceptions_of_an_append_only_table_are_allowed(papers: type[models.Model]) -> None:
    for change in ("status = 'old'", "file = 'a.pdf'", "text = NULL", "status = 'older', serial = 1", "file = 'a.pdf'"):
        sql(f"UPDATE tests_paper SET {change} WHERE id = 1")
    paper = papers._default_manager.get(pk=1)
    assert (paper.status, paper.file, paper.text) == ("older", "a.pdf", None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tests_paper SET serial = 7 WHERE id = 1",
        "UPDATE tests_paper SET id = 7 WHERE id = 1",
        "UPDATE tests_paper SET text = 'other' WHERE id = 1",
        "UPDATE tests_paper SET status = 'old', issued = (1 = 0) WHERE id = 1",
        "DELETE FROM tests_paper WHERE id = 1",
    ],
)
def test_all_else_is_refused(papers: type[models.Model], statement: str) -> None:
    with pytest.raises(IntegrityError, match="rows are never"):
        sql(statement)


def test_what_is_filled_once_stays(papers: type[models.Model]) -> None:
    sql("UPDATE tests_paper SET file = 'a.pdf' WHERE id = 1")
    for file in ("'b.pdf'", "NULL"):
        with pytest.raises(IntegrityError, match="rows are never changed"):
            sql(f"UPDATE tests_paper SET file = {file} WHERE id = 1")


def test_rows_outside_the_condition_are_free(papers: type[models.Model]) -> None:
    sql("UPDATE tests_paper SET text = 'other', serial = 3 WHERE id = 2")
    sql("DELETE FROM tests_paper WHERE id = 2")
    assert not papers._default_manager.filter(pk=2).exists()


@on_sqlite
def test_only_rows_within_the_condition_are_kept_from_being_replaced(papers: type[models.Model]) -> None:
    replace = "REPLACE INTO tests_paper (id, serial, status, issued) VALUES ({}, {}, 'new', 1)"
    sql(replace.format(2, 2))
    for row in (replace.format(1, 9), replace.format(9, 1)):
        with pytest.raises(IntegrityError, match="rows are never replaced"):
            sql(row)


@on_sqlite
def test_a_column_of_an_append_only_table_can_be_dropped(papers: type[models.Model]) -> None:
    with connection.schema_editor() as editor:
        editor.remove_field(papers, field_of(papers, "status"))
    sql("INSERT INTO tests_paper (id, serial, issued) VALUES (3, 3, 1)")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tests_paper")
        assert cursor.fetchone() == (3,)


def test_two_triggers_of_one_name_are_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="two triggers are named"):
        triggers.register("ledger_posting", "ledger_posting_no_update", "BEFORE UPDATE", sqlite="SELECT 1;")


@pytest.mark.parametrize("when", ["UPDATE", "BEFORE SELECT", "INSTEAD OF UPDATE"])
def test_a_moment_that_is_none_is_our_own_mistake(when: str) -> None:
    with pytest.raises(AssertionError, match="no moment"):
        triggers.register("ledger_posting", "new", when)


def test_an_exception_for_a_field_that_is_not_there_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="has no"):
        triggers.append_only(Posting, may_change=["colour"])
