"""The page around every page: the look, the place, the demo, what it costs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from milepost.web import context


def asked(path: str = "/", url_name: str = "home", theme: str = "", email: str = "") -> HttpRequest:
    request = RequestFactory().get(path)
    request.resolver_match = SimpleNamespace(url_name=url_name)  # type: ignore[assignment]
    request.user = SimpleNamespace(is_authenticated=bool(email), email=email, name="")  # type: ignore[assignment]
    if theme:
        request.COOKIES["theme"] = theme
    return request


@pytest.mark.parametrize(
    ("cookie", "look"),
    [("", "system"), ("dark", "dark"), ("light", "light"), ('"><script>', "system"), ("DARK", "system")],
)
def test_the_look_is_one_of_three(cookie: str, look: str) -> None:
    assert context.theme(asked(theme=cookie)) == look


@pytest.mark.parametrize(
    ("url_name", "place"),
    [
        ("home", "home"),
        ("projects", "projects"),
        ("proposal-new", "projects"),
        ("terms-paper", "projects"),
        ("settings", "settings"),
        ("outbox", ""),
    ],
)
def test_the_page_knows_where_it_is(url_name: str, place: str) -> None:
    assert context.house(asked(url_name=url_name))["nav"] == place


def test_the_demo_says_who_one_is_and_who_one_may_become(settings: Any) -> None:
    settings.DEMO = True
    demo = context.house(asked(email="carl@example.org"))["demo"]
    assert (demo["you"], demo["side"]) == ("Carl", "client")
    assert demo["others"][0] == {"key": "ada", "name": "Ada", "side": "freelancer"}
    assert [other["key"] for other in demo["others"]] == ["ada", "cora", "olga"]
    nobody = context.house(asked())["demo"]
    assert nobody["you"] == ""
    assert [other["key"] for other in nobody["others"]] == ["ada", "carl", "cora", "olga"]
    cora = context.house(asked(email="cora@example.org"))["demo"]
    assert [other["key"] for other in cora["others"]] == ["ada", "carl", "nils", "olga"], "she needs his word"
    nils = context.house(asked(email="nils@example.org"))["demo"]
    assert (nils["you"], [other["key"] for other in nils["others"]]) == ("Nils", ["ada", "carl", "cora", "olga"])


def test_pretend_money_is_marked_on_the_page() -> None:
    html = Template('{% include "parts/strip.html" %}').render(Context({"pretend_money": True}))
    assert "Pretend money" in html
    assert not Template('{% include "parts/strip.html" %}').render(Context({})).strip()


@pytest.mark.django_db
def test_a_page_costs_one_query_for_its_frame(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert str(context.house(asked())["house_name"])
