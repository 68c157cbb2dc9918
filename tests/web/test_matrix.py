"""Every address, for everybody: the rows are checked against the addresses themselves, and one without a row fails.

A cell is the status that the address answers with; `login` is being led to sign in, `302` being led anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from milepost.actions import invitations, invoices, milestones
from milepost.models import File, Installation, Invitation, Project, User
from milepost.web import access
from milepost.web.urls import DEMO
from tests import cast

# Milestones that are paid directly, and what hangs on them, are those of another project than the rest.
DIRECT = ("milestone-account", "milestone-payments", "milestone-payments-undo", "milestone-receipts")
# Enough to be past what is merely empty; each address takes of it what it knows.
SENT = {"words": "One thing more, please.", "reason": "Plans changed.", "step": "project", "page": "x", "version": "0"}

ROLES = ("anonymous", "stranger", "client", "freelancer", "guest", "elsewhere", "operator")


@dataclass
class World:
    """Ada and Carl with a project under way and a proposal; Mallory; Olga; and the guest of another project."""

    browsers: dict[str, Client] = field(default_factory=dict)
    # The guest of each of the projects, for Carl's mails have links too.
    guests: dict[str, Client] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


def signed_in(person: cast.Person) -> Client:
    browser = Client()
    browser.force_login(person.user)
    return browser


def invitation_of(project: Project) -> Invitation:
    return Invitation.objects.filter(project=project).latest("made_at")


def guest_of(project: Project) -> Client:
    invitation = invitation_of(project)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=access.now() + timedelta(days=30))
    browser = Client()
    session = browser.session
    session[access.GUEST] = invitation.pk
    session.save()
    return browser


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    # Who may have a paper is asked here, not how it is set.
    monkeypatch.setattr("milepost.documents.contract.render", lambda said: b"%PDF-1.7")
    ada, carl = cast.ada(), cast.person("Carl Olsen", "carl@example.org")
    olga, mallory = cast.person("Olga", "olga@example.org"), cast.person("Mallory", "mallory@example.org")
    User.objects.filter(pk=olga.user.pk).update(is_operator=True)
    Installation.objects.filter(pk=1).update(audited_at=access.now())
    held, direct = (
        cast.in_force(ada, other_email="carl@example.org", holder=holder) for holder in ("sandbox", "nobody")
    )
    offered = cast.offered(ada, other_email="carl@example.org")
    cast.delivered(held)
    items = [milestones.Item(name="post.txt", stream=BytesIO(b"twelve posts"))]
    milestones.deliver(milestone=cast.milestone(direct), note="", items=items, by=ada.actor(), at=cast.NOON)
    milestones.approve(milestone=cast.milestone(direct), by=carl.actor(), at=cast.NOON)
    milestones.open_ready(project=cast.fresh(direct), at=cast.NOON)
    invoice = invoices.issue(milestone=cast.milestone(direct), at=cast.NOON)
    invoices.keep_paper(invoice=invoice, pdf=b"%PDF-1.7", at=cast.NOON)
    ids = {
        "project": held.pk,
        "terms": offered.pk,
        "milestone": cast.milestone(held).pk,
        "milestone-fundings": cast.milestone(held, 2).pk,
        "milestone-deliveries": cast.milestone(direct, 2).pk,
        **dict.fromkeys(DIRECT, cast.milestone(direct).pk),
        "file": File.objects.get(name="post.txt").pk,
        "invoice": invoice.pk,
        "proposal": cast.draft(ada).pk,
        "party": ada.party.pk,
        "link": invitations.mint(invitation_id=invitation_of(held).pk, at=cast.NOON).rpartition("/")[2],
        "setup": "x" * 43,
    }
    people = {"stranger": mallory, "client": carl, "freelancer": ada, "operator": olga}
    browsers = {role: signed_in(person) for role, person in people.items()}
    browsers |= {"anonymous": Client(), "elsewhere": guest_of(cast.in_force(cast.person("Eva", "eva@example.org")))}
    guests = {"held": guest_of(held), "direct": guest_of(direct), "terms": guest_of(offered.project)}
    return World(browsers, guests, ids)


# -- the addresses -----------------------------------------------------------------------------------------------


def routes() -> dict[str, str]:
    """Name -> route of every address there is."""
    return {pattern.name or str(pattern.pattern): route for route, pattern in _walk(get_resolver().url_patterns, "")}


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern


def path_of(name: str, world: World) -> str:
    known = world.ids.get(name) or world.ids.get(name.split("-")[0], "")
    found = routes()[name].replace("<str:step>", "payment")
    for argument in ("<str:id>", "<str:token>"):
        found = found.replace(argument, known)
    return f"/{found}"


# -- asking ----------------------------------------------------------------------------------------------------------


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done in here is as if it had not been."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def browser_for(role: str, name: str, world: World) -> Client:
    known = world.guests[_guest(name)] if role == "guest" else world.browsers[role]
    # A copy: what an answer puts into cookies is not carried over to the next address.
    browser = Client()
    browser.cookies.load({key: morsel.value for key, morsel in known.cookies.items()})
    return browser


def _guest(name: str) -> str:
    if name.startswith("terms"):
        return "terms"
    of_direct = name in (*DIRECT, "milestone-deliveries", "file") or name.startswith("invoice")
    return "direct" if of_direct else "held"


def cell(response: Any) -> str:
    if response.streaming:
        b"".join(response.streaming_content)
    there = response.headers.get("Location", "")
    return "login" if there.startswith("/accounts/login/?next=") else str(response.status_code)


def asked(method: str, role: str, world: World) -> dict[str, str]:
    found = {}
    for name in TABLE:
        browser = browser_for(role, name, world)
        with undone():
            data = SENT if method == "post" else {}
            found[name] = cell(getattr(browser, method)(path_of(name, world), data))
    return found


def expected(method: str, role: str) -> dict[str, str]:
    column = ROLES.index(role)
    return {name: row[0 if method == "get" else 1].split()[column] for name, row in TABLE.items()}


# -- the tests ---------------------------------------------------------------------------------------------------------


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert routes().keys() == TABLE.keys()
    for name, cells in TABLE.items():
        assert [len(row.split()) for row in cells] == [len(ROLES)] * 2, name


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_everybody_gets_everywhere(world: World, method: str, role: str) -> None:
    assert asked(method, role, world) == expected(method, role)


@pytest.mark.parametrize("role", ["freelancer", "guest", "anonymous"])
def test_looking_never_writes(world: World, role: str) -> None:
    for name in TABLE:
        browser = browser_for(role, name, world)
        with undone(), CaptureQueriesContext(connection) as seen:
            cell(browser.get(path_of(name, world)))
        writes = [query["sql"] for query in seen if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not writes, (name, writes)


def test_a_form_from_elsewhere_is_refused_everywhere(world: World) -> None:
    for name in TABLE:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = browser_for("freelancer", name, world).cookies
        assert browser.post(path_of(name, world)).status_code == 403, name


def test_the_demos_addresses_are_not_there_without_it(world: World) -> None:
    assert DEMO
    for route, _pattern in _walk(DEMO, ""):
        path = "/" + route.replace("<str:id>", "msg_x")
        for role in ("anonymous", "freelancer", "operator"):
            assert browser_for(role, "home", world).get(path).status_code == 404
            assert browser_for(role, "home", world).post(path).status_code == 404


# -- the table: what GET and what POST answer, a cell for each role in the order of ROLES -----------------------

# fmt: off
TABLE: dict[str, tuple[str, str]] = {
    "account_login":                   ("200   302   302   302   200   200   302  ", "200   302   302   302   200   200   302  "),
    "account_request_login_code":      ("200   302   302   302   200   200   302  ", "200   302   302   302   200   200   302  "),
    "account_confirm_login_code":      ("302   302   302   302   302   302   302  ", "302   302   302   302   302   302   302  "),
    "account_signup":                  ("200   302   302   302   200   200   302  ", "200   302   302   302   200   200   302  "),
    "account_email_verification_sent": ("302   302   302   302   302   302   302  ", "302   302   302   302   302   302   302  "),
    "account_logout":                  ("302   200   200   200   302   302   200  ", "302   302   302   302   302   302   302  "),
    "project":                         ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "terms":                           ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "terms-paper":                     ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "terms-signatures":                ("302   302   302   302   302   302   302  ", "login 404   422   403   422   404   404  "),
    "terms-change-requests":           ("302   302   302   302   302   302   302  ", "login 404   302   403   302   404   404  "),
    "terms-refusals":                  ("302   302   302   302   302   302   302  ", "login 404   302   403   302   404   404  "),
    "terms-withdrawals":               ("302   302   302   302   302   302   302  ", "login 404   403   302   403   404   404  "),
    "terms-invitations":               ("302   302   302   302   302   302   302  ", "login 404   403   302   403   404   404  "),
    "milestone":                       ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "milestone-fundings":              ("302   302   302   302   302   302   302  ", "login 404   302   403   302   404   404  "),
    "milestone-deliveries":            ("302   302   302   302   302   302   302  ", "login 404   403   422   403   404   404  "),
    "milestone-views":                 ("302   302   302   302   302   302   302  ", "login 404   302   403   302   404   404  "),
    "milestone-approvals":             ("login 404   200   302   200   404   404  ", "login 404   302   403   200   404   404  "),
    "milestone-change-requests":       ("302   302   302   302   302   302   302  ", "login 404   302   403   302   404   404  "),
    "milestone-cancellations":         ("302   302   302   302   302   302   302  ", "login 404   403   302   403   404   404  "),
    "milestone-account":               ("302   302   302   302   302   302   302  ", "login 404   200   403   200   404   404  "),
    "milestone-payments":              ("302   302   302   302   302   302   302  ", "login 404   302   403   200   404   404  "),
    "milestone-payments-undo":         ("302   302   302   302   302   302   302  ", "login 404   409   403   409   404   404  "),
    "milestone-receipts":              ("302   302   302   302   302   302   302  ", "login 404   403   302   403   404   404  "),
    "file":                            ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "link":                            ("200   200   200   200   200   200   200  ", "302   302   302   302   302   302   302  "),
    "proposal-new":                    ("login 200   200   200   login login 200  ", "login 422   422   422   login login 422  "),
    "proposal-copies":                 ("login 302   302   302   login login 302  ", "login 404   404   404   login login 404  "),
    "proposal":                        ("login 404   404   302   login login 404  ", "405   405   405   405   405   405   405  "),
    "proposal-saves":                  ("login 302   302   302   login login 302  ", "login 404   404   200   login login 404  "),
    "proposal-deletions":              ("login 404   404   302   login login 404  ", "login 404   404   302   login login 404  "),
    "proposal-undo":                   ("login 404   404   302   login login 404  ", "login 404   404   302   login login 404  "),
    "proposal-review":                 ("login 404   404   200   login login 404  ", "login 404   404   409   login login 404  "),
    "proposal-step":                   ("login 404   404   200   login login 404  ", "login 404   404   302   login login 404  "),
    "home":                            ("200   200   200   200   302   302   200  ", "405   405   405   405   405   405   405  "),
    "projects":                        ("login 200   200   200   login login 200  ", "405   405   405   405   405   405   405  "),
    "projects-table":                  ("login 200   200   200   login login 200  ", "405   405   405   405   405   405   405  "),
    "invoices":                        ("login 200   200   200   login login 200  ", "405   405   405   405   405   405   405  "),
    "invoices-table":                  ("login 200   200   200   login login 200  ", "405   405   405   405   405   405   405  "),
    "invoice":                         ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "invoice-paper":                   ("login 404   200   200   200   404   404  ", "405   405   405   405   405   405   405  "),
    "welcome":                         ("login 302   302   302   login login 302  ", "login 302   302   302   login login 302  "),
    "settings":                        ("login 200   200   200   login login 200  ", "405   405   405   405   405   405   405  "),
    "party-acting":                    ("405   405   405   405   405   405   405  ", "login 404   404   404   login login 404  "),
    "party-new":                       ("login 200   200   200   login login 200  ", "login 422   422   422   login login 422  "),
    "party":                           ("login 302   302   302   login login 302  ", "login 404   404   422   login login 404  "),
    "theme":                           ("405   405   405   405   405   405   405  ", "302   302   302   302   302   302   302  "),
    "setup":                           ("404   404   404   404   404   404   404  ", "404   404   404   404   404   404   404  "),
    "installation":                    ("login 404   404   404   login login 200  ", "login 404   404   404   login login 422  "),
    "healthz":                         ("200   200   200   200   200   200   200  ", "405   405   405   405   405   405   405  "),
    "healthz-integrity":               ("200   200   200   200   200   200   200  ", "405   405   405   405   405   405   405  "),
}
# fmt: on
