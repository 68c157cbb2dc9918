"""Every address, for everybody: the rows of `matrix.py` are checked against the addresses themselves.

An address without a row fails. What stands at each address, and who asks, is made in `worlds.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from milepost.web.urls import DEMO
from tests.web import worlds
from tests.web.matrix import ROLES, TABLE, cells
from tests.web.worlds import World, browser_for

# Enough to be past what is merely empty; each address takes of it what it knows.
SENT = {"words": "One thing more, please.", "reason": "Plans changed.", "step": "project", "page": "x", "version": "0"}


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    # Who may have a paper is asked here, not how it is set.
    monkeypatch.setattr("milepost.documents.contract.render", lambda said, **own: b"%PDF-1.7")
    monkeypatch.setattr("milepost.gateways.binder.bind", lambda parts, **words: parts[0])
    return worlds.made()


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
    found = (
        routes()[name]
        .replace("<str:step>", "payment")
        .replace("<str:section>", "payouts")
        .replace("<int:pk>", "1")
        .replace("<int:number>", "1")
    )
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
            data = SENT | world.sent.get(name, {}) if method == "post" else {}
            found[name] = cell(getattr(browser, method)(path_of(name, world), data))
    return found


def expected(method: str, role: str) -> dict[str, str]:
    return {name: cells(row[0 if method == "get" else 1])[role] for name, row in TABLE.items()}


# -- the tests ---------------------------------------------------------------------------------------------------------


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert routes().keys() == TABLE.keys()
    for get, post in TABLE.values():
        assert cells(get).keys() == cells(post).keys() == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_everybody_gets_everywhere(world: World, method: str, role: str) -> None:
    assert asked(method, role, world) == expected(method, role)


@pytest.mark.parametrize("role", ["freelancer", "client-member", "custodian", "guest", "anonymous"])
def test_looking_never_writes(world: World, role: str) -> None:
    # The secret on the page for the authenticator app is made for it, and kept until the first code was typed.
    for name in TABLE.keys() - {"mfa_activate_totp"}:
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
