"""Turns to write: one writer per database file, first come first served, among threads and then among processes.

SQLite itself makes writers that meet sleep and try again, so the unlucky one of eight waits for seconds. Here
threads stand in a line, and the first of the line meets those of other processes at two files beside the database:
whoever has locked `-next` is next, whoever has locked `-turn` writes. So who has just written can't slip in again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from urllib.parse import unquote, urlsplit

# How often it is tried again to be next, and, being next, to have the turn: `flock` can wait, but knows no time limit.
_NEXT_SECONDS = 0.0005
_TURN_SECONDS = 0.0001


class NoTurn(sqlite3.OperationalError):
    """Somebody else has been writing for too long."""


class Turns:
    """The line of one database. A thread that has its turn may take it again; as often as it took it, it gives it back."""

    def __init__(self, database: Path | None) -> None:
        """`database`: the file that other processes may write to; none when it lies in memory."""
        self._database = database
        self._mutex = threading.Lock()
        self._line: deque[threading.Lock] = deque()
        self._taken = False
        # Whose turn it is, how often it was taken, and the locked file.
        self._thread: int | None = None
        self._depth = 0
        self._file: int | None = None

    def take(self, seconds: float) -> None:
        """Waits for the turn; `NoTurn` after so many seconds."""
        with self._mutex:
            if self._thread == threading.get_ident():
                self._depth += 1
                return
        until = time.monotonic() + seconds
        self._stand_in_line(until, seconds)
        try:
            self._lock_file(until, seconds)
        except BaseException:
            self._next()
            raise
        with self._mutex:
            self._thread, self._depth = threading.get_ident(), 1

    def give_back(self) -> None:
        """The next in line has its turn. May be called from another thread than the one that took it."""
        with self._mutex:
            self._depth -= 1
            if self._depth > 0:
                return
            self._thread, file, self._file = None, self._file, None
        if file is not None:
            _unlock(file)
        self._next()

    def _stand_in_line(self, until: float, seconds: float) -> None:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return
            called = threading.Lock()
            called.acquire()
            self._line.append(called)
        try:
            came = called.acquire(timeout=max(0, until - time.monotonic()))
        except BaseException:
            if not self._step_out(called):
                self._next()
            raise
        if not came and self._step_out(called):
            raise NoTurn(f"No turn to write within {seconds:g} s: another thread is still writing.")

    def _step_out(self, called: threading.Lock) -> bool:
        """False when it was called at the last moment: then it has the turn."""
        with self._mutex:
            if called in self._line:
                self._line.remove(called)
                return True
            return False

    def _lock_file(self, until: float, seconds: float) -> None:
        if self._database is None:
            return
        following = _locked(f"{self._database}-next", _NEXT_SECONDS, until, seconds)
        try:
            self._file = _locked(f"{self._database}-turn", _TURN_SECONDS, until, seconds)
        finally:
            _unlock(following)

    def _next(self) -> None:
        with self._mutex:
            if self._line:
                self._line.popleft().release()
            else:
                self._taken = False

    def in_child(self) -> None:
        """After a fork: the turn and the line are the parent's."""
        if self._file is not None:
            os.close(self._file)
        self._mutex, self._line, self._taken = threading.Lock(), deque(), False
        self._thread, self._depth, self._file = None, 0, None


def _locked(path: str, again: float, until: float, seconds: float) -> int:
    """The file, open and locked; asks again and again until it is time."""
    # Readable for all, so that a process of another user (a look with `doctor`) can stand in line too.
    file = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            if time.monotonic() > until:
                raise NoTurn(f"No turn to write within {seconds:g} s: another process is still writing.")
            time.sleep(again)
    except BaseException:
        os.close(file)
        raise


def _unlock(file: int) -> None:
    # Aloud: a child process may have the same file open, and then closing it here unlocks nothing.
    fcntl.flock(file, fcntl.LOCK_UN)
    os.close(file)


_known: dict[str, Turns] = {}
_known_mutex = threading.Lock()


def turns_of(database: str) -> Turns:
    """The line of this database, the same for every connection to it; a private one in memory has its own."""
    if database == ":memory:":
        return Turns(None)
    path = file_of(database)
    with _known_mutex:
        return _known.setdefault(str(path or database), Turns(path))


def file_of(database: str) -> Path | None:
    """Where the database lies, links resolved; none when it lies in memory. Takes `file:` addresses too."""
    if ":memory:" in database or "mode=memory" in database:
        return None
    return Path(unquote(urlsplit(database).path) if database.startswith("file:") else database).resolve()


def _after_fork() -> None:
    global _known_mutex
    _known_mutex = threading.Lock()
    for turns in _known.values():
        turns.in_child()


os.register_at_fork(after_in_child=_after_fork)
