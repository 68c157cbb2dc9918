"""The server answers what is under way before it ends, and says plainly when a port is taken."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from milepost.cli.server import PortTaken, Server, bind


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(application: Any) -> Iterator[tuple[int, threading.Event, threading.Thread]]:
    port, stop = free_port(), threading.Event()
    server = Server(application, bind("localhost", port))
    thread = threading.Thread(target=server.run, args=(stop,))
    thread.start()
    yield port, stop, thread
    stop.set()
    thread.join(15)
    assert not thread.is_alive()


def connected(port: int) -> closing[http.client.HTTPConnection]:
    return closing(http.client.HTTPConnection("127.0.0.1", port, timeout=15))


def answer(start_response: Callable[..., Any], body: bytes) -> list[bytes]:
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def test_an_answer_under_way_reaches_its_reader_after_the_end_was_asked_for() -> None:
    arrived, go_on = threading.Event(), threading.Event()
    body = b"m" * 3_000_000

    def slow(_environ: Any, start_response: Callable[..., Any]) -> list[bytes]:
        arrived.set()
        go_on.wait(10)
        return answer(start_response, body)

    with running(slow) as (port, stop, thread), connected(port) as reader:
        reader.request("GET", "/")
        assert arrived.wait(10)
        stop.set()
        thread.join(1)
        go_on.set()
        assert reader.getresponse().read() == body


def test_nobody_new_is_let_in_after_the_end_was_asked_for() -> None:
    with running(lambda _environ, start: answer(start, b"here")) as (port, stop, thread):
        with connected(port) as reader:
            reader.request("GET", "/")
            assert reader.getresponse().read() == b"here"
        stop.set()
        thread.join(15)
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_taken_port_is_refused_with_another_one_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"--port {port + 1}"):
            bind("127.0.0.1", port)


def test_forwarded_headers_are_believed_only_behind_a_proxy(settings: Any) -> None:
    def scheme(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        return answer(start, f"{environ['wsgi.url_scheme']} {environ['REMOTE_ADDR']}".encode())

    said = {}
    for behind in (False, True):
        settings.BEHIND_PROXY = behind
        with running(scheme) as (port, _stop, _thread), connected(port) as reader:
            reader.request("GET", "/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"})
            said[behind] = reader.getresponse().read()
    assert said == {False: b"http 127.0.0.1", True: b"https 203.0.113.9"}
