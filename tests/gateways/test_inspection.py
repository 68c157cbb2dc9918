"""Uploaded contracts: every hostile file is refused by its own sentence, quickly, and the harmless ones are kept."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from milepost.gateways import confinement, inspection, pictures, storage
from milepost.gateways.inspection import Busy, Unacceptable
from milepost.gateways.storage import TooLarge
from tests.gateways import harmless, hostile, pdfs

MOST = 10 * 2**20


@pytest.fixture(scope="session")
def keys(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("keys")


def taken(body: bytes, folder: Path) -> bytes:
    """The clean copy."""
    found = inspection.take_in(folder, [body], bytes_max=MOST)
    with storage.open_file(folder, found.sha256) as file:
        return file.read()


def drawn(body: bytes, page: int = 0) -> Image.Image:
    """As a reader shows it, with all that lies over the page."""
    with pypdfium2.PdfDocument(body) as document:
        return document[page].render(scale=0.8).to_pil().convert("RGB")


def _by_poppler(body: bytes) -> Image.Image:
    """PDFium shows fields in a way of its own; poppler shows them as the file says that they look."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm of poppler-utils draws the original")
    done = subprocess.run(
        ["pdftoppm", "-r", "58", "-png", "-singlefile", "-"], input=body, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(done.stdout)).convert("RGB")


# -- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", hostile.FILES)
def test_every_hostile_file_is_refused_by_its_sentence(what, keys, tmp_path):
    body = hostile.made(what, keys)
    began = time.monotonic()
    with pytest.raises(Unacceptable) as refused:
        inspection.take_in(tmp_path, [body], bytes_max=MOST)
    assert hostile.FILES[what][1] in refused.value.sentence
    assert time.monotonic() - began < 10
    assert list(tmp_path.iterdir()) == [], "nothing of it is kept"


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    read = []

    def endless():
        while True:
            read.append(1)
            yield bytes(2**20)

    with pytest.raises(TooLarge, match="larger than 10 MB"):
        inspection.take_in(tmp_path, endless(), bytes_max=MOST)
    assert len(read) == 11 and list(tmp_path.iterdir()) == []


def test_a_file_that_takes_too_long_is_refused_too(tmp_path, monkeypatch):
    def slow(*_given, **_more):
        raise confinement.Unanswered("inspecting: no answer in 20 seconds")

    monkeypatch.setattr(confinement, "ask_with_files", slow)
    with pytest.raises(Unacceptable, match="could not be checked within the time and memory"):
        inspection.take_in(tmp_path, [pdfs.saved(pdfs.plain())], bytes_max=MOST)
    assert list(tmp_path.iterdir()) == []


def test_each_sentence_says_what_to_do_or_what_is_wrong():
    for reason, sentence in inspection._sentences().items():
        said = sentence % {"pages": 201, "most": 200, "page": 1}
        assert said.endswith(".") and "%" not in said and len(said) < 260, reason


def test_two_are_looked_at_at_once_and_the_others_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(inspection, "PATIENCE_SECONDS", 0.1)
    enough = threading.Barrier(inspection.AT_ONCE + 1)

    def busy():
        with inspection.turn():
            enough.wait()
            enough.wait()

    threads = [threading.Thread(target=busy) for _ in range(inspection.AT_ONCE)]
    for thread in threads:
        thread.start()
    enough.wait()
    with pytest.raises(Busy):
        inspection.take_in(tmp_path, [pdfs.saved(pdfs.plain())], bytes_max=MOST)
    enough.wait()
    for thread in threads:
        thread.join()
    monkeypatch.undo()
    assert inspection.take_in(tmp_path, [pdfs.saved(pdfs.plain())], bytes_max=MOST).pages == 2


# -- what is taken -------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", harmless.FILES)
def test_a_harmless_contract_is_taken_and_looks_the_same(what, tmp_path):
    make, pages = harmless.FILES[what]
    body = make(tmp_path)
    found = inspection.take_in(tmp_path / "files", [body], bytes_max=MOST)
    assert found.pages == pages and found.original_sha256 == hashlib.sha256(body).hexdigest()
    clean = taken(body, tmp_path / "files")
    assert hashlib.sha256(clean).hexdigest() == found.sha256, "the same file gives the same copy"
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"} and set(pdf.trailer.keys()) <= {
            "/Root", "/Size", "/ID", "/Type", "/W", "/Index", "/Filter", "/DecodeParms", "/Length"
        }  # fmt: skip
        assert not any("/Annots" in page.obj or "/AA" in page.obj for page in pdf.pages)
    assert b"Secret" not in clean
    for page in range(min(pages, 5)):
        draw = _by_poppler if what == "a form filled in" else partial(drawn, page=page)
        before, after = draw(body), draw(clean)
        assert page or before.getextrema() != ((255, 255),) * 3, "there is something to be seen"
        assert before.size == after.size and ImageChops.difference(before, after).getbbox() is None


@pytest.mark.parametrize("what", harmless.FILES)
def test_qpdf_finds_nothing_wrong_with_the_copy(what, tmp_path):
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf looks at the copy")
    path = tmp_path / "copy.pdf"
    path.write_bytes(taken(harmless.FILES[what][0](tmp_path), tmp_path / "files"))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "WARNING" not in done.stdout + done.stderr


def test_a_copy_of_the_copy_is_taken_too(tmp_path):
    clean = taken(harmless.FILES["headings, names, facts"][0](tmp_path), tmp_path)
    assert inspection.take_in(tmp_path, [clean], bytes_max=MOST).pages == 2


# -- the pictures of its pages -------------------------------------------------------------------------


def picture(folder: Path, sha256: str, number: int) -> Image.Image:
    with pictures.picture(folder / "pictures", folder / "files", sha256, number) as file:
        return Image.open(io.BytesIO(file.read()))


def test_a_page_is_drawn_once_with_its_neighbours(tmp_path, monkeypatch):
    found = inspection.take_in(tmp_path / "files", [pdfs.saved(pdfs.plain(11))], bytes_max=MOST)
    assert picture(tmp_path, found.sha256, 2).size == (1200, 1699)
    kept = sorted(path.name for path in (tmp_path / "pictures").rglob("*.webp"))
    assert kept == [f"{number}.webp" for number in range(1, 9)]
    monkeypatch.setattr(confinement, "ask_with_files", None)
    assert picture(tmp_path, found.sha256, 8).format == "WEBP"
    monkeypatch.undo()
    assert picture(tmp_path, found.sha256, 11).size == (1200, 1699)
    with pytest.raises(FileNotFoundError):
        picture(tmp_path, found.sha256, 12)
    pictures.forget(tmp_path / "pictures", found.sha256)
    assert not list((tmp_path / "pictures").rglob("*.webp"))


def test_many_who_look_at_once_start_one_process(tmp_path, monkeypatch):
    found = inspection.take_in(tmp_path / "files", [pdfs.saved(pdfs.plain(3))], bytes_max=MOST)
    asked, ask = [], confinement.ask_with_files
    monkeypatch.setattr(confinement, "ask_with_files", lambda *all, **more: (asked.append(1), ask(*all, **more))[1])
    threads = [threading.Thread(target=picture, args=(tmp_path, found.sha256, 1 + n % 3)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


def test_a_page_that_can_not_be_drawn_is_tried_once_and_the_others_are_there(tmp_path, monkeypatch):
    found = inspection.take_in(tmp_path / "files", [pdfs.saved(pdfs.plain(3))], bytes_max=MOST)
    ask, tried = confinement.ask_with_files, []

    def heavy(work, asked, **more):
        tried.append((asked["first"], asked["count"]))
        if asked["first"] <= 1 < asked["first"] + asked["count"]:
            raise confinement.Unanswered("too much")
        return ask(work, asked, **more)

    monkeypatch.setattr(confinement, "ask_with_files", heavy)
    for _ in range(2):
        with pytest.raises(pictures.NoPicture):
            picture(tmp_path, found.sha256, 2)
    assert tried == [(0, 8), (1, 1)]
    assert picture(tmp_path, found.sha256, 3).size == (1200, 1699)


def test_a_strip_of_paper_is_no_picture_of_millions(tmp_path):
    body = pdfs.with_(lambda pdf: setattr(pdf.pages[0].obj, "MediaBox", pikepdf.Array([0, 0, 29, 3_300])))
    found = inspection.take_in(tmp_path / "files", [body], bytes_max=MOST)
    assert picture(tmp_path, found.sha256, 1).size[1] <= 3_601


# -- the confined process ------------------------------------------------------------------------------


def test_with_its_doors_closed_a_process_opens_nothing_and_starts_nothing(tmp_path):
    code = (
        "import json, socket, subprocess, sys\n"
        "from milepost.gateways.confined import limits\n"
        "limits.confine(seconds=5, megabytes=300); limits.close_doors()\n"
        "found = []\n"
        "for act in (lambda: open('/etc/passwd'), lambda: socket.socket(), lambda: subprocess.run(['/bin/true'])):\n"
        "    try: act(); found.append('done')\n"
        "    except OSError: found.append('refused')\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '["refused", "refused", "refused"]'
