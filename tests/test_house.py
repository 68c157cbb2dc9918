"""The house keeps its own rules: each test is one of them, read from the tree itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
HOUSE = HOME / "milepost"
BELOW_THE_DOORS = ("core", "ledger", "gateways", "models", "events", "documents", "actions")


def tree() -> list[Path]:
    """Every file that is, or is about to be, under version control."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=HOME,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := HOME / line).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in tree():
        if path.suffix not in (".png", ".ttf", ".otf", ".mo", ".pdf"):
            yield str(path.relative_to(HOME)), path.read_text(encoding="utf-8")


def sources(*floors: str) -> list[Path]:
    folders = [HOUSE / floor for floor in floors] or [HOUSE]
    return sorted(path for folder in folders for path in folder.rglob("*.py") if path.parent.name != "migrations")


def templates() -> list[Path]:
    return sorted(HOUSE.rglob("templates/**/*.html"))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def run_words() -> set[str]:
    source = (HOME / "run").read_text(encoding="utf-8")
    own = next(
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OWN_WORDS"
    )
    assert isinstance(own, ast.Dict)
    return {key.value for key in own.keys if isinstance(key, ast.Constant)}


# -- size and place ------------------------------------------------------------------------------


def test_no_file_is_longer_than_300_lines() -> None:
    files = [*sources(), *(HOME / "tests").rglob("*.py")]
    long = {path.name: lines for path in files if (lines := len(path.read_text().splitlines())) > 300}
    assert not long


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{path.relative_to(HOME)}:{node.lineno} {node.name}"
        for path in [*sources(), *(HOME / "tests").rglob("*.py")]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > 50
    ]
    assert not long


def test_every_folder_has_a_floor() -> None:
    contracts = tomllib.loads((HOME / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    placed = {re.sub(r"[()\s]", "", name) for layer in layers for name in re.split("[|:]", layer)}
    there = {path.name for path in HOUSE.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert there <= placed
    assert {path.stem for path in HOUSE.glob("*.py") if path.stem != "__init__"} <= placed


def test_no_file_is_named_for_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "services", "managers", "common", "misc"}
    assert not [path for path in tree() if nothing & {*path.relative_to(HOME).parts, path.stem}]


def test_the_core_imports_the_standard_library_and_small_pure_packages_alone() -> None:
    allowed = {*sys.stdlib_module_names, "milepost", "rfc8785", "babel", "holidays", "stdnum"} - {
        "os",
        "socket",
        "sqlite3",
    }
    for path in sources("core"):
        for node in ast.walk(parsed(path)):
            assert {name.split(".")[0] for name in imported(node)} <= allowed, path


def test_what_makes_papers_stays_out_of_the_server() -> None:
    heavy = {"pyhanko", "typst", "pikepdf", "fontTools", "pypdfium2", "PIL"}
    for path in sources():
        if "confined" not in path.parts:
            # Inside a function it is for the rare case: an operator's own fonts.
            names = {name.split(".")[0] for node in parsed(path).body for name in imported(node)}
            assert not names & heavy, path


# -- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "banned",
    [
        "TO" + "DO",
        "FIX" + "ME",
        "pypi" + ".org",
        "python" + "hosted",
        "npm" + "js",
        "jsde" + "livr",
        "unp" + "kg.com",
        "google" + "apis",
        "/" + "work/",
        "../" + "shared",
        "lorem " + "ipsum",
    ],
)
def test_the_tree_does_not_mention(banned: str) -> None:
    # The lock's hashes are random letters.
    found = [name for name, text in texts() if banned in text and not name.endswith("uv.lock")]
    assert not found


def test_money_is_held_in_code_never_in_escrow() -> None:
    names = {
        getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "arg", None) or ""
        for path in sources()
        for node in ast.walk(parsed(path))
    }
    assert not {name for name in names if "escrow" in str(name).lower()}


def test_nothing_of_others_lies_in_the_tree() -> None:
    copied = re.compile(r"@license|Copyright \(c\)|sourceMappingURL", re.IGNORECASE)
    ours = {"LICENSE", "tests/test_house.py"}
    assert not [name for name, text in texts() if name not in ours and copied.search(text)]
    assert not [path for path in tree() if re.search(r"\.min\.|node_modules|vendor", str(path.relative_to(HOME)))]


# -- time and money ------------------------------------------------------------------------------


def test_nothing_below_the_doors_looks_at_a_clock() -> None:
    clock = re.compile(r"\b(now|utcnow|today|localtime)\(|auto_now|time\.time\(|timezone\.localdate")
    looks = [
        f"{path.relative_to(HOME)}: {line.strip()}"
        for path in sources(*BELOW_THE_DOORS)
        for line in path.read_text().splitlines()
        # Logins are made by the accounts library, which passes no instant.
        if clock.search(line) and "joined_at" not in line
    ]
    assert not looks


def test_every_instant_is_aware() -> None:
    naive = re.compile(r"datetime\.(now\(\)|utcnow|today|fromtimestamp\([^,)]*\))")
    assert not [path for path in sources() if naive.search(path.read_text())]


def test_no_float_comes_near_the_core() -> None:
    for path in sources("core"):
        for node in ast.walk(parsed(path)):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            assert not (isinstance(node, ast.Name) and node.id == "float"), path
            # A length of time halves into whole microseconds; an amount would become a float.
            divides = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            assert not divides or path.stem == "deadlines", path


# -- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inline", [r"\sstyle\s*=", r"<script(?![^>]*\ssrc=)", r"<style", r"\son[a-z]+\s*=", r"javascript:", r"\|safe\b"]
)
def test_no_page_carries_what_the_content_policy_forbids(inline: str) -> None:
    found = [
        str(path.relative_to(HOME))
        for path in templates()
        # Mail programs know no stylesheet but the one in the tag.
        if "mail" not in path.relative_to(HOUSE).parts and re.search(inline, path.read_text(), re.IGNORECASE)
    ]
    assert not found


def test_no_page_loads_from_elsewhere() -> None:
    away = re.compile(r"""(src|href|action)\s*=\s*["']?(https?:)?//""", re.IGNORECASE)
    assert not [path for path in templates() if away.search(path.read_text())]


# -- packages ------------------------------------------------------------------------------------


def pins(name: str) -> dict[str, str]:
    text = (HOME / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["app", "dev", "uv"])
def test_every_locked_package_has_its_hash_and_no_index_is_named(name: str) -> None:
    text = (HOME / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--index" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


def test_what_the_tests_run_on_is_what_people_run() -> None:
    assert pins("app").items() <= pins("dev").items()


def test_every_package_that_pyproject_names_is_locked() -> None:
    named = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[<>=~ ]", each)[0].lower() for each in named["dependencies"]}
    assert wanted <= pins("app").keys()


def test_every_file_of_the_house_goes_into_the_package() -> None:
    tools = tomllib.loads((HOME / "pyproject.toml").read_text())["tool"]
    patterns = tools["setuptools"]["package-data"]["*"]
    others = [path for path in tree() if path.is_relative_to(HOUSE) and path.suffix != ".py"]
    assert others
    assert not [path for path in others if not any(fnmatch(path.name, Path(each).name) for each in patterns)]


# -- pages for people ----------------------------------------------------------------------------


def test_the_commands_of_the_pages_exist() -> None:
    words = run_words() | {"serve", "worker", "audit", "doctor", "manage"}
    for page in [*HOME.glob("*.md"), *HOME.glob("docs/*.md")]:
        for word in re.findall(r"\./run ([a-z-]+)", page.read_text()):
            assert word in words, f"{page.name} says ./run {word}"
        for word in re.findall(r"`milepost ([a-z-]+)", page.read_text()):
            assert word in words, f"{page.name} says milepost {word}"


def test_the_host_page_lists_every_setting() -> None:
    settings = (HOUSE / "config" / "settings.py").read_text()
    read = set(re.findall(r"""env\.\w+\(\s*["'](\w+)["']""", settings))
    assert "MILEPOST_URL" in read
    told = set(re.findall(r"^\| `(\w+)`", (HOME / "docs" / "host.md").read_text(), re.MULTILINE))
    assert read == told - {"PIP_INDEX_URL"}


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in [*HOME.glob("*.md"), *HOME.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
