"""The one hand in which every page is written: what can be read, what it weighs, what the browser's policy forbids."""

from __future__ import annotations

import gzip
import math
import re
from importlib.resources import files
from itertools import product
from pathlib import Path

import django_htmx
import pytest

from milepost.web import context

WEB = Path(context.__file__).parent
CSS = sorted((WEB / "static" / "css").glob("*.css"))
JS = sorted((WEB / "static" / "js").glob("*.js"))
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
GUIDE = (WEB.parent.parent / "docs" / "look.md").read_text(encoding="utf-8")
HTMX = Path(str(files(django_htmx))) / "static" / "django_htmx" / "htmx-2.min.js"


# -- what can be read: WCAG 2.2, computed from the tokens ------------------------------------------

Rgb = tuple[float, float, float]
LOOKS = {"light": 0, "dark": 1}
GROUNDS = ("paper", "sheet", "well", "road-wash", "amber-wash", "stop-wash")
# (what is read, on what): 4.5 to 1.
TEXTS = [
    *product(("ink", "soft"), GROUNDS),
    *product(("road", "amber", "stop"), ("paper", "sheet", "well")),
    ("road", "road-wash"),
    ("amber", "amber-wash"),
    ("stop", "stop-wash"),
    ("on-road", "road"),
    ("on-stop", "stop"),
]
# (what has to be seen, beside what): 3 to 1. The borders of inputs, the posts, the ring of the focus.
SHAPES = [*product(("edge", "road", "amber", "stop"), GROUNDS)]


def tokens(look: str) -> dict[str, Rgb]:
    """Every colour of milepost.css in one look, as linear light."""
    text = (WEB / "static" / "css" / "milepost.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)", text)
    assert len(found) > 10
    return {name: linear(pair[LOOKS[look]]) for name, *pair in found}


def linear(oklch: str) -> Rgb:
    """`oklch(43% .095 158)` as linear sRGB, clipped to what a screen shows (CSS Color 4, section 9)."""
    lightness, chroma, hue = (float(part.strip("%")) for part in oklch[6:-1].split())
    lightness, a, b = (
        lightness / 100,
        chroma * math.cos(math.radians(hue)),
        chroma * math.sin(math.radians(hue)),
    )
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return (min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1))


def contrast(one: Rgb, other: Rgb) -> float:
    """The ratio of WCAG 2.2."""
    weights = (0.2126, 0.7152, 0.0722)
    dark, bright = sorted(sum(w * part for w, part in zip(weights, rgb, strict=True)) for rgb in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def test_the_ratio_of_black_and_white_is_21() -> None:
    assert contrast(linear("oklch(0% 0 0)"), linear("oklch(100% 0 0)")) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(look: str, text: str, ground: str) -> None:
    colours = tokens(look)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_what_is_operated_can_be_seen(look: str, shape: str, ground: str) -> None:
    colours = tokens(look)
    assert contrast(colours[shape], colours[ground]) >= 3


# -- what it weighs, what the policy forbids ---------------------------------------------------------


def weight(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def test_styles_and_scripts_stay_light() -> None:
    assert weight(CSS) <= 15 * 1024
    assert weight([*JS, HTMX]) <= 30 * 1024


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_templates_hold_nothing_that_the_policy_forbids(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    if "mail" not in path.parts:  # the clients of mail know no style sheets
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", html)
    for script in re.findall(r"<script\b[^>]*>", html):
        assert "src=" in script
    assert not re.search(
        r"https?://(?!www\.w3\.org/)", re.sub(r"{% comment %}.*?{% endcomment %}", "", html, flags=re.S)
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_comment_of_a_template_reaches_the_page(path: Path) -> None:
    # `{# #}` ends with its line in Django: one that goes on is printed.
    for line in path.read_text(encoding="utf-8").splitlines():
        assert line.count("{#") == line.count("#}")


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_the_styles_know_no_left_and_right(path: Path) -> None:
    css = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"(?:margin|padding|border)-(?:left|right|top|bottom)\b|(?<![\w-])(?:left|right)\s*:", css)
    assert not re.search(r"(?:text-align|float)\s*:\s*(?:left|right)", css)
    # Four values go round by the clock, whichever way one reads: the second and the fourth are the same, or it is wrong.
    for values in re.findall(r"(?:margin|padding)\s*:\s*([^;}]+)", css):
        parts = re.findall(r"[\w.]+\([^)]*\)|\S+", values)
        assert len(parts) < 4 or parts[1] == parts[3], values


def test_the_guide_names_every_part() -> None:
    parts = {path.stem for path in TEMPLATES if path.parent.name == "parts"}
    shown = set(re.findall(r"`([\w]+)`", GUIDE)) | set(re.findall(r"parts/(\w+)\.html", GUIDE))
    # What only `base.html` and other parts use needs no example.
    assert parts - shown - {"mark", "strip", "person", "theme", "action"} == set()


def test_every_class_of_the_guide_is_styled() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in CSS)
    table = GUIDE.split("## Classes")[1].split("## Scripts")[0]
    named = set(re.findall(r"`\.([a-z]+)", table))
    assert len(named) > 30
    assert {name for name in named if not re.search(rf"\.{name}\b", css)} == set()
