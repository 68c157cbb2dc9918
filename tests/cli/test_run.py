"""`./run`: works from any folder, installs once, asks where pip asks, says what a machine lacks."""

from __future__ import annotations

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

RUN = Path(__file__).resolve().parents[2] / "run"


@pytest.fixture
def run(tmp_path: Path) -> ModuleType:
    """The script as a module, with a clone of its own in which nothing is installed."""
    loader = SourceFileLoader("run", str(RUN))
    spec = spec_from_loader("run", loader)
    assert spec
    module = module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    for name in ("requirements", ".venv"):
        (tmp_path / name).mkdir()
    for name in ("pyproject.toml", "requirements/app.txt", "requirements/dev.txt", "requirements/uv.txt"):
        (tmp_path / name).write_text(f"{name}\n")
    module.HOME, module.LOCKS, module.STAMP = tmp_path, tmp_path / "requirements", tmp_path / ".venv" / "stamp"
    return module


def test_it_says_its_words_from_any_folder() -> None:
    done = subprocess.run([RUN, "--help"], cwd="/", capture_output=True, text=True, check=True)
    assert all(f"./run {word}" in done.stdout for word in ("demo", "test", "check", "bench", "chaos", "lock"))


def test_the_second_start_installs_nothing(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[str] = []
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "fill", filled.append)
    run.house("app")
    run.house("app")
    assert filled == ["app"]
    # The larger set serves the smaller need, not the other way round.
    run.house("dev")
    run.house("app")
    assert filled == ["app", "dev"]


@pytest.mark.parametrize("changed", ["requirements/app.txt", "requirements/uv.txt", "pyproject.toml"])
def test_a_change_of_what_is_needed_installs_again(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    filled: list[str] = []
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "fill", filled.append)
    run.house("app")
    (run.HOME / changed).write_text("something else\n")
    run.house("app")
    assert filled == ["app", "app"]


def test_an_install_that_failed_is_tried_again(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_kind: str) -> None:
        sys.exit("no index")

    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "fill", fails)
    for _ in range(2):
        with pytest.raises(SystemExit, match="no index"):
            run.house("app")


def test_a_python_without_its_venv_module_is_told_what_to_install(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "The virtual environment was not created successfully because ensurepip is not available."
    failed = subprocess.CompletedProcess([], 1, stdout=said, stderr="")
    monkeypatch.setattr(run, "PYTHON", run.HOME / "nowhere")
    monkeypatch.setattr(run.subprocess, "run", lambda *_words, **_options: failed)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        run.make_venv()


def test_uv_asks_where_pip_is_told_to_ask(run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    (tmp_path / "pip.conf").write_text("[global]\nindex-url = https://mirror.example/simple\ncert = /etc/ssl/one.pem\n")
    for name in ("PIP_INDEX_URL", "PIP_CERT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    said = run.as_pip_does()
    assert said["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert said["SSL_CERT_FILE"] == "/etc/ssl/one.pem"
    monkeypatch.setenv("PIP_INDEX_URL", "https://nearer.example/simple")
    assert run.as_pip_does()["UV_DEFAULT_INDEX"] == "https://nearer.example/simple"


def test_what_a_machine_lacks_is_said_with_the_line_to_type(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = {"chromium": (lambda: None, "browser"), "qpdf": (lambda: None, "seal"), "git": (lambda: "/git", "seal")}
    monkeypatch.setattr(run, "DEBIAN", lacking)
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    assert run.debian() == {"browser", "seal"}
    said = capsys.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends chromium qpdf" in said
    assert all(what in said for what in run.LEFT_OUT.values())


def test_the_tests_do_not_see_this_shells_installation(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_DATA", "/srv/real")
    monkeypatch.setenv("DATABASE_URL", "postgres://real")
    assert not {"MILEPOST_DATA", "DATABASE_URL"} & run.bare().keys()
