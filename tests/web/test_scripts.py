"""The small scripts in a real browser, each on a page of a few lines, under the policy of the whole site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from milepost.web import context

STATIC = Path(context.__file__).parent / "static"
HOUSE = "http://localhost:1"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Opens a page with this body and these scripts. `answers` says what each POST to `/save` and the like gets."""
    pages = []

    def open_page(body: str, *scripts: str, answers: Callable[[Route], None] | None = None) -> Page:
        tags = "".join(f'<script type="module" src="/static/js/{name}.js"></script>' for name in scripts)
        page = browser.new_page()
        pages.append(page)
        page.problems = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda said: said.type == "error" and page.problems.append(said.text))  # type: ignore[attr-defined]

        def serve(route: Route) -> None:
            path = route.request.url.removeprefix(HOUSE)
            if path.startswith("/static/"):
                route.fulfill(path=STATIC / path.removeprefix("/static/"), content_type="text/javascript")
            elif route.request.method == "POST" and answers:
                answers(route)
            elif path == "/favicon.ico":
                route.fulfill(status=204)
            else:
                html = f'<!doctype html><html lang="en"><head><title>t</title>{tags}</head><body>{body}</body></html>'
                route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

        page.route("**/*", serve)
        page.goto(f"{HOUSE}/page")
        return page

    yield open_page
    for page in pages:
        assert page.problems == []  # type: ignore[attr-defined]
        page.context.close()


# -- once --------------------------------------------------------------------------------------------


def test_a_double_click_sends_once_and_says_that_it_is_under_way(opened: Open) -> None:
    sent: list[str] = []

    def answers(route: Route) -> None:
        sent.append(route.request.post_data or "")
        route.fulfill(status=204)  # the page stays where it is

    page = opened(
        '<form method="post" action="/pay"><button name="act" value="pay">Pay</button></form>', "page", answers=answers
    )
    page.evaluate("const button = document.querySelector('button'); button.click(); button.click()")
    page.wait_for_selector("button[aria-busy=true]:disabled")
    page.evaluate("document.forms[0].requestSubmit()")
    page.wait_for_timeout(100)
    assert sent == ["act=pay"]


def test_escape_closes_the_menu_and_gives_the_focus_back(opened: Open) -> None:
    page = opened(
        "<details data-menu><summary>Ada</summary><a href='/x'>Settings</a></details><p>elsewhere</p>", "page"
    )
    page.locator("summary").click()
    page.keyboard.press("Escape")
    assert page.evaluate("[document.querySelector('details').open, document.activeElement.tagName]") == [
        False,
        "SUMMARY",
    ]
    page.locator("summary").click()
    page.locator("p").click()
    assert not page.evaluate("document.querySelector('details').open")


def test_the_summary_of_mistakes_gets_the_focus(opened: Open) -> None:
    page = opened("<section tabindex='-1' data-focus>This needs another look</section>", "page")
    assert page.evaluate("document.activeElement.tagName") == "SECTION"


# -- nothing typed is ever lost ------------------------------------------------------------------------

DRAFT = """<form method="post" action="/next" data-autosave="/save" data-draft="drf_1">
<input type="hidden" name="csrfmiddlewaretoken" value="secret"><input name="title" aria-label="Title">
<input type="checkbox" name="kind" value="one" aria-label="One"><textarea name="note" aria-label="Note"></textarea>
<p data-saved></p><button>Next</button></form>"""


def kept(page: Page) -> Any:
    return page.evaluate("Object.values(localStorage).map(JSON.parse)")


def test_what_is_typed_is_saved_when_the_input_is_left(opened: Open) -> None:
    saved: list[str] = []

    def answers(route: Route) -> None:
        saved.append(route.request.post_data or "")
        route.fulfill(body=json.dumps({"saved": "12:04"}), content_type="application/json")

    page = opened(DRAFT, "autosave", answers=answers)
    page.get_by_label("Title").fill("Month 1")
    page.get_by_label("Note").focus()
    page.wait_for_function("document.querySelector('[data-saved]').textContent === 'Saved 12:04'")
    assert len(saved) == 1
    assert "Month 1" in saved[0]
    assert "secret" in saved[0]
    assert kept(page) == []


def test_what_could_not_be_saved_is_kept_here_and_offered_again(opened: Open) -> None:
    page = opened(DRAFT, "autosave", answers=lambda route: route.fulfill(status=302, headers={"Location": "/login"}))
    page.get_by_label("Title").fill("Month 1")
    page.get_by_label("One").check()
    page.get_by_label("Note").fill("two\nlines")
    page.get_by_label("Title").focus()
    page.wait_for_function("document.querySelector('[data-saved]').textContent.includes('kept in this browser')")
    assert kept(page) == [[["title", "Month 1"], ["kind", "one"], ["note", "two\nlines"]]]
    page.problems.clear()  # type: ignore[attr-defined] # the browser says aloud that the answer led elsewhere

    page.reload()
    assert page.get_by_label("Title").input_value() == ""
    page.get_by_role("button", name="Put it back").click()
    assert page.get_by_label("Title").input_value() == "Month 1"
    assert page.get_by_label("Note").input_value() == "two\nlines"
    assert page.get_by_label("One").is_checked()
    page.wait_for_timeout(100)
    page.problems.clear()  # type: ignore[attr-defined]


def test_what_is_kept_can_be_forgotten(opened: Open) -> None:
    page = opened(DRAFT, "autosave", answers=lambda route: route.abort())
    page.get_by_label("Title").fill("Month 1")
    page.get_by_label("Note").focus()
    page.wait_for_function("localStorage.length === 1")
    page.reload()
    page.get_by_role("button", name="Forget it").click()
    assert kept(page) == []
    page.problems.clear()  # type: ignore[attr-defined]


# -- signing -----------------------------------------------------------------------------------------

PAD = """<form><sign-pad data-clear="Clear" data-label="Draw"><input type="hidden" name="strokes"></sign-pad></form>"""


def test_a_line_is_kept_as_strokes_and_can_be_cleared(opened: Open) -> None:
    page = opened(PAD, "signature")
    box = page.locator("canvas").bounding_box()
    assert box
    for start in (20, 60):
        page.mouse.move(box["x"] + start, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + start + 30, box["y"] + 60, steps=5)
        page.mouse.up()
    strokes = json.loads(page.locator("input").input_value())
    assert len(strokes) == 2
    assert all(len(point) == 4 and all(type(part) is int for part in point) for stroke in strokes for point in stroke)
    assert strokes[0][0][2] == 0 < strokes[1][-1][2]
    page.get_by_role("button", name="Clear").click()
    assert page.locator("input").input_value() == ""


# -- files -------------------------------------------------------------------------------------------

DROP = """<form method="post" action="/deliveries" enctype="multipart/form-data">
<div class="drop" data-max="1000" data-words-large="is larger than 1 kB."><input type="file" id="files" name="files" multiple></div>
<button>Deliver</button></form>"""


def file(name: str, size: int) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": b"x" * size}


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(opened: Open) -> None:
    sent: list[str] = []
    page = opened(DROP, "page", "upload", answers=lambda route: sent.append(route.request.url))
    page.locator("input").set_input_files([file("small.txt", 10), file("large.mp4", 2000)])
    assert page.get_by_role("alert").text_content() == "“large.mp4” is larger than 1 kB."
    page.get_by_role("button", name="Deliver").click()
    page.wait_for_timeout(100)
    assert sent == []
    assert not page.get_by_role("button", name="Deliver").is_disabled()


def test_files_go_out_and_the_reader_is_led_on(opened: Open) -> None:
    sent: list[bytes] = []

    def answers(route: Route) -> None:
        sent.append(route.request.post_data_buffer or b"")
        route.fulfill(
            status=422, body="<!doctype html><title>t</title><p>Refused: name it.</p>", content_type="text/html"
        )

    page = opened(DROP, "page", "upload", answers=answers)
    page.locator("input").set_input_files([file("one.txt", 10), file("two.txt", 20)])
    page.evaluate("const button = document.querySelector('button'); button.click(); button.click()")
    page.wait_for_selector("text=Refused: name it.")
    assert len(sent) == 1
    assert b"one.txt" in sent[0]
    assert b"two.txt" in sent[0]
    page.problems.clear()  # type: ignore[attr-defined] # the browser says the status aloud


def test_when_the_connection_breaks_nothing_is_lost_and_it_can_be_tried_again(opened: Open) -> None:
    page = opened(DROP, "page", "upload", answers=lambda route: route.abort())
    page.locator("input").set_input_files([file("one.txt", 10)])
    page.get_by_role("button", name="Deliver").click()
    page.wait_for_selector("text=The connection broke.")
    assert not page.get_by_role("button", name="Deliver").is_disabled()
    assert page.evaluate("document.querySelector('input').files.length") == 1
    page.problems.clear()  # type: ignore[attr-defined]
