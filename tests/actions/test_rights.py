"""Every verb that somebody does asks what they may do for their party, or is named here as free, with the reason."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from milepost import actions
from milepost.actions import (
    answers,
    arrivals,
    cancelling,
    endings,
    funding,
    holding,
    milestones,
    offers,
    parties,
    payments,
    people,
    reviews,
    signing,
)
from milepost.actions.rights import must_be
from milepost.core import rights
from milepost.core.actors import CLOCK
from milepost.core.refusals import NotAllowed
from milepost.models import Member, Project
from tests import cast
from tests.cast import NOON, Person

FREE = {
    "people.send_code": "a proof, not a deed: what it is good for asks for itself",
    "people.use_code": "a proof, not a deed",
    "reviews.view": "looking; the window runs from the first look of anybody on the client's side",
    "rights.must_be": "is the question",
    "addresses.ask": "one's own login",
    "addresses.send_again": "one's own login",
    "addresses.confirm": "one's own login",
    # What follows from another verb, in its transaction and behind its question.
    "cancelling.cancel_locked": "of a verb that has asked",
    "invoices.tell": "of a verb that has asked",
    "refunds.request": "of a verb that has asked",
    "funding.take": "of a verb that has asked",
    "signing.put_signature": "of a verb that has asked",
    "signing.may": "a question to another table",
    "answers.end": "of a verb that has asked",
    "members.locked": "a lock; the verb asks",
    "holding.speaker": "of a verb that has asked",
    "holding.say": "of a verb that has asked",
    "holding.take_down": "of a verb that has asked",
    "payee.may_state": "a question",
    "payee.take_back": "whoever acts for the party keeps a stranger's account from taking effect; asks that itself",
    "payee_notices.taken_back": "of a verb that has asked",
}


@functools.cache
def functions(module: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(inspect.getsource(importlib.import_module(f"milepost.actions.{module}")))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


MODULES = sorted(found.name for found in pkgutil.iter_modules(actions.__path__))


def verbs() -> list[str]:
    """`module.verb` of every public function that somebody does for a party; operators do theirs for the house."""
    return [
        f"{module}.{name}"
        for module in MODULES
        for name, node in functions(module).items()
        if not name.startswith("_") and "Actor" in _by(node)
    ]


def _by(node: ast.FunctionDef) -> str:
    taken = {arg.arg: ast.unparse(arg.annotation) for arg in (*node.args.args, *node.args.kwonlyargs) if arg.annotation}
    return taken.get("by", "")


def asks(verb: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a verb asks, itself or in a function of the same floor that it calls."""
    module, _dot, name = verb.partition(".")
    if verb in seen or module not in MODULES or name not in functions(module):
        return False
    if {"must_be", "rights.must_be"} & (called := calls(functions(module)[name])):
        return True
    return any(asks(each if "." in each else f"{module}.{each}", seen | {verb}) for each in called)


def calls(node: ast.FunctionDef) -> set[str]:
    """What is called in it: `f()` and `module.f()` as `f` and `module.f`."""
    return {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_asks_what_the_member_may_do_or_is_free(verb: str) -> None:
    assert asks(verb) != (verb in FREE), f"{verb}: asks and is free, or neither"


def test_nothing_is_free_that_is_not_there() -> None:
    assert set(verbs()) >= FREE.keys()


def test_every_act_that_is_asked_for_stands_in_the_table() -> None:
    for node in (each for module in MODULES for function in functions(module).values() for each in ast.walk(function)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("must_be"):
            acts = [each.value for each in node.keywords if each.arg == "act"]
            said = [each.value for act in acts for each in ast.walk(act) if isinstance(each, ast.Constant)]
            assert set(said) <= rights.RIGHTS.keys(), said


# -- what it comes to --------------------------------------------------------------------------


pytestmark = pytest.mark.django_db


def client_with(role: str, **typed: Any) -> tuple[Project, Person]:
    """A project whose client is an organisation, and one of its people."""
    carl = cast.person("Carl Olsen", f"carl-{role}@example.org")
    project = cast.in_force(other_email=carl.user.email, **typed)
    return project, cast.colleague(carl, role)


BINDING: dict[str, Callable[[Project, Person], object]] = {
    "approve": lambda project, bo: milestones.approve(milestone=cast.milestone(project), by=bo.actor(), at=NOON),
    "say sent": lambda project, bo: payments.say_sent(milestone=cast.milestone(project), by=bo.actor(), at=NOON),
    "ask to cancel": lambda project, bo: cancelling.ask_cancel(
        milestone=cast.milestone(project), reason="Plans", by=bo.actor(), at=NOON
    ),
    "ask to stop": lambda project, bo: endings.ask_stop(project=project, reason="Plans", by=bo.actor(), at=NOON),
}


@pytest.mark.parametrize("act", BINDING)
def test_a_member_may_not_bind_the_party(act: str) -> None:
    project, bo = client_with("member", holder="nobody")
    cast.delivered(project)
    if act == "say sent":
        milestones.approve(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    with pytest.raises(NotAllowed, match="Only a signatory of Carl Olsen may do this"):
        BINDING[act](project, bo)


@pytest.mark.parametrize("act", BINDING)
def test_a_signatory_may(act: str) -> None:
    project, bo = client_with("signatory", holder="nobody")
    cast.delivered(project)
    if act == "say sent":
        milestones.approve(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    assert BINDING[act](project, bo)


def test_a_member_asks_for_changes_and_looks() -> None:
    project, bo = client_with("member", holder="nobody")
    found = cast.delivered(project)
    assert reviews.view(delivery=found.deliveries.get(), by=bo.actor(), at=NOON)
    assert milestones.request_changes(milestone=found, words="Louder", by=bo.actor(), at=NOON)


def test_a_member_of_the_freelancer_delivers_and_does_not_cancel() -> None:
    ada = cast.ada()
    project, bo = cast.in_force(ada, holder="nobody"), cast.colleague(ada)
    link = milestones.Item(link="https://example.org/work")
    milestones.deliver(milestone=cast.milestone(project), note="", items=[link], by=bo.actor(), at=NOON)
    with pytest.raises(NotAllowed):
        cancelling.cancel(milestone=cast.milestone(project), reason="No", by=bo.actor(), at=NOON)


def test_a_member_confirms_for_a_custodian_and_not_for_their_own_firm() -> None:
    """A custodian's people say what they see; a freelancer's word that a deposit arrived binds the freelancer."""
    assert holding.said_by("custodian/par_x", "say_received") == "confirm"
    assert holding.said_by("freelancer/par_x", "say_received") == "say_received"
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    word = partial(
        arrivals.note,
        holder=ada.party, money=asked.amount, arrived_on=NOON.date(), reference="", payer="", funding=asked, at=NOON,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="Only a signatory of Ada Lindqvist"):
        word(by=cast.colleague(ada, "member").actor())
    assert word(by=cast.colleague(ada, "signatory").actor()).status == "applied"


def test_a_member_prepares_a_proposal_and_a_signatory_sends_it() -> None:
    ada = cast.ada()
    bo, sigrid = cast.colleague(ada, "member"), cast.colleague(ada, "signatory")
    draft = cast.draft(bo)
    with pytest.raises(NotAllowed, match="Only a signatory"):
        offers.offer(draft=draft, signing=cast.signature(), by=bo.actor(), at=NOON)
    terms = offers.offer(draft=draft, signing=cast.signature("Sigrid"), by=sigrid.actor(), at=NOON)
    assert terms.signatures.get().user == sigrid.user
    with pytest.raises(NotAllowed):
        answers.withdraw(terms=terms, by=bo.actor(), at=NOON)


def test_a_member_neither_signs_nor_declines_what_came_but_asks_for_a_change() -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    bo = cast.colleague(carl)
    terms = cast.offered(cast.ada(), other_email="carl@example.org")
    with pytest.raises(NotAllowed):
        signing.sign(terms=terms, signing=cast.signature(), by=bo.actor(), at=NOON)
    with pytest.raises(NotAllowed):
        answers.decline(terms=terms, words="No", by=bo.actor(), at=NOON)
    assert answers.ask_change(terms=terms, words="Cheaper", by=bo.actor(), at=NOON)


@pytest.mark.parametrize("role", ["member", "signatory"])
def test_what_a_party_says_of_itself_is_its_owners_and_ones_name_ones_own(role: str) -> None:
    ada = cast.ada()
    bo = cast.colleague(ada, role)
    party = ada.party
    same = people.PartyFacts(
        kind=party.kind, legal_name=party.legal_name, postal_address=party.postal_address, email=party.email,
        tax_id=party.tax_id, time_zone=party.time_zone, language=party.language,
    )  # fmt: skip
    parties.keep(party=party, facts=same, name="Bo the Second", user=bo.user, by=bo.actor(), at=NOON)
    bo.user.refresh_from_db()
    assert bo.user.name == "Bo the Second"
    other = people.PartyFacts(kind="person", legal_name="Mallory", postal_address="1 Main Street", email=party.email)
    with pytest.raises(NotAllowed, match="Only an owner"):
        parties.keep(party=party, facts=other, name="Bo", user=bo.user, by=bo.actor(), at=NOON)


@pytest.mark.parametrize("act", list(rights.RIGHTS))
def test_who_was_removed_may_nothing(act: rights.Act) -> None:
    ada = cast.ada()
    bo = cast.colleague(ada, "owner")
    must_be(by=bo.actor(), act=act)
    Member.objects.filter(user=bo.user).update(ended_at=NOON)
    with pytest.raises(NotAllowed, match="You don’t act for Ada Lindqvist any more"):
        must_be(by=bo.actor(), act=act)


@pytest.mark.parametrize("act", list(rights.RIGHTS))
def test_a_guest_may_what_is_not_for_owners_and_the_clock_whatever_it_does(act: rights.Act) -> None:
    project = cast.in_force()
    must_be(by=CLOCK, act=act)
    if rights.may(None, act):
        must_be(by=cast.client(project), act=act)
    else:
        with pytest.raises(NotAllowed, match="Take an account first"):
            must_be(by=cast.client(project), act=act)
