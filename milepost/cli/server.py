"""Waitress on sockets bound beforehand, and an end that lets every answer under way reach its reader."""

from __future__ import annotations

import errno
import socket
import threading
import time
from typing import Any

from django.conf import settings
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel

from milepost.core.refusals import Refused

THREADS = 8
# How long answers under way may take once the end was asked for, in seconds.
DRAIN_SECONDS = 10


class PortTaken(Refused):
    """Another program listens there."""


class Server:
    """Serves until told to stop."""

    def __init__(self, application: Any, sockets: list[socket.socket]) -> None:
        # Listeners, connections and wake-up pipes by file number; waitress keeps it up to date.
        self.open: dict[int, Any] = {}
        self.waitress = create_server(application, map=self.open, sockets=sockets, threads=THREADS, **_limits())

    def run(self, stop: threading.Event) -> None:
        """Returns after `stop` is set and the answers under way are sent, or DRAIN_SECONDS later."""
        while not stop.is_set():
            self._turn(0.5)
        for listener in [one for one in self.open.values() if one.accepting]:
            # Not the listener's own close(): connections still wake the loop through its pipe.
            wasyncore.dispatcher.close(listener)
        until = time.monotonic() + DRAIN_SECONDS
        while any(one.requests or one.total_outbufs_len for one in self._connections()) and time.monotonic() < until:
            self._turn(0.05)
        self.waitress.task_dispatcher.shutdown()
        for connection in self._connections():
            connection.handle_close()
        wasyncore.close_all(self.open)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=True, map=self.open, count=1)

    def _connections(self) -> list[HTTPChannel]:
        return [one for one in self.open.values() if isinstance(one, HTTPChannel)]


def bind(host: str, port: int) -> list[socket.socket]:
    """One socket for each address of the host. Refused when another program has the port."""
    sockets = []
    for family, kind, protocol, _name, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        one = socket.socket(family, kind, protocol)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            one.bind(address)
        except OSError as error:
            one.close()
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) and host == "localhost":
                # `localhost` often names ::1 on machines that have no IPv6.
                continue
            raise PortTaken(
                f"Port {port} on {host} can't be used ({error.strerror}). "
                f"Choose another one: --port {port + 1 if port < 65535 else 8000}"
            ) from error
        sockets.append(one)
    return sockets


def _limits() -> dict[str, Any]:
    limits = {
        "ident": None,
        "connection_limit": 500,
        "channel_timeout": 60,
        # Room for several files in one delivery; the page refuses a single one that is too large.
        "max_request_body_size": 4 * settings.FILE_BYTES_MAX,
    }
    if settings.BEHIND_PROXY:
        limits |= {"trusted_proxy": "*", "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"}}
    return limits
