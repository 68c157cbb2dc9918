"""The confined process: what it may not do, and what is heard when it fails."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

from milepost.gateways import confinement, renderer
from milepost.gateways.confinement import Unanswered
from milepost.gateways.renderer import CannotSet, RenderingFailed

HEAD = '#set document(title: "x", date: datetime(year: 2000, month: 1, day: 1))\n#set text(lang: "en")\n'


def render(folder, body, **data):
    template = folder / "one.typ"
    template.write_text(HEAD + body, encoding="utf-8")
    return renderer.render(template, data)


def test_values_are_text_and_never_source(tmp_path):
    body = '#assert.eq(json(bytes(sys.inputs.data)).said, "#panic(1) $")\n#json(bytes(sys.inputs.data)).said'
    assert render(tmp_path, body, said="#panic(1) $").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('#read("/etc/passwd")', "not found"),
        ('#read("../../../../etc/passwd")', "escape"),
        ('#import "@preview/cetz:0.3.0"', "package"),
        ("#panic()", "panic"),
        ("#let again(x) = again(x) + 1\n#again(1)", "depth"),
    ],
)
def test_files_packages_and_mistakes_fail_aloud(tmp_path, body, said):
    with pytest.raises(RenderingFailed, match=said):
        render(tmp_path, body)


def test_a_bomb_meets_the_limit_of_memory(tmp_path):
    with pytest.raises(RenderingFailed, match="typesetting: ended with"):
        render(tmp_path, "#let bomb = range(60000000).map(x => range(100))\n#bomb.len()")


def test_what_takes_too_long_is_ended(tmp_path):
    template = tmp_path / "one.typ"
    template.write_text(
        HEAD + "#for row in range(10000) { for each in range(10000) { let x = row * each } }", encoding="utf-8"
    )
    with pytest.raises(Unanswered, match="no answer in 1 seconds"):
        confinement.ask("typesetting", {"template": str(template), "data": {}, "fonts": []}, seconds=1)


def test_characters_without_a_font_are_named(tmp_path):
    with pytest.raises(CannotSet) as refused:
        render(tmp_path, "#json(bytes(sys.inputs.data)).said", said="a bell \x07")
    assert refused.value.characters == ("\x07",)
    assert "\x07" not in refused.value.sentence and "U+0007" in refused.value.sentence


def test_the_confined_process_can_not_write_and_not_take_more_than_its_share(tmp_path):
    found = confined(
        "import resource, json, pathlib\n"
        "names = ['AS', 'CPU', 'FSIZE', 'NOFILE', 'CORE']\n"
        "found = {name: resource.getrlimit(getattr(resource, f'RLIMIT_{name}'))[0] for name in names}\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"path = pathlib.Path({str(tmp_path / 'written')!r})\n"
        "try: path.write_text('x'); found['wrote'] = True\n"
        "except OSError: found['wrote'] = False\n"
        "print(json.dumps(found))"
    )
    assert found == {"AS": 300 * 1024**2, "CPU": 7, "FSIZE": 0, "NOFILE": 64, "CORE": 0, "wrote": False}


def test_the_confined_process_has_no_network(tmp_path):
    allowed = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False)
    if allowed.returncode:
        pytest.skip("this machine does not let a process leave the network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = confined(
            "import json, socket\n"
            f"try: socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2); reached = True\n"
            "except OSError: reached = False\n"
            "print(json.dumps({'reached': reached}))"
        )
    assert found == {"reached": False}


def confined(code):
    head = "from milepost.gateways.confined import limits; limits.confine(seconds=7, megabytes=300)\n"
    done = subprocess.run([sys.executable, "-I", "-c", head + code], capture_output=True, check=True)
    return json.loads(done.stdout)
