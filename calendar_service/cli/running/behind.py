"""The threads behind the one that takes requests in: for whatever may take long."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SLOW = 64
"""So many long answers at most are sent in threads of their own."""

log = logging.getLogger(__name__)
Headers = list[tuple[str, str]]


class Exchange(Protocol):
    """What granian gives with each request: where the answer goes, from whichever thread."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """The whole answer; a second one is not heard."""

    def response_iter(self, status: int, headers: Headers, body: Pieces) -> None:
        """An answer in pieces; comes back when nearly all of it was read."""


class Pieces(Protocol):
    """A body in pieces, as granian takes it."""

    def __next__(self) -> bytes:
        """The next piece. Raises StopIteration."""

    def close(self) -> None:
        """Nobody wants more of it."""


Run = Callable[[Exchange, Any], object]


class Behind:
    """Threads for whatever may take long: no more than are needed at once, and at most so many."""

    def __init__(self, run: Run, most: int, *, name: str = "behind") -> None:
        self._run, self._most, self._name, self._begun = run, most, name, 0
        self._given: SimpleQueue[tuple[Exchange, WSGIEnvironment, Callable[[], None]]] = SimpleQueue()
        self._idle: deque[None] = deque()
        self._turn = threading.Lock()

    def give(self, exchange: Exchange, environ: WSGIEnvironment, *, done: Callable[[], None] = lambda: None) -> None:
        """Have it answered as soon as a thread is free; `done` is called after that."""
        self._given.put((exchange, environ, done))
        with self._turn:
            if self._idle:
                self._idle.pop()
            elif self._begun < self._most:
                self._begun += 1
                threading.Thread(target=self._work, name=f"{self._name}-{self._begun}", daemon=True).start()

    def _work(self) -> None:
        while True:
            exchange, environ, done = self._given.get()
            try:
                self._run(Sending(exchange), environ)
            except Exception:
                log.exception("a request was not answered")
                exchange.response_bytes(500, [], b"")
            finally:
                done()
            del exchange, environ, done  # while this thread waits it keeps nobody's request
            self._idle.append(None)


class Sending:
    """An exchange that sends what comes in several pieces in a thread of its own.

    Otherwise those who read it slowly would keep every thread behind, and every page waiting.
    """

    slots = threading.BoundedSemaphore(SLOW)

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self.response_bytes = exchange, exchange.response_bytes

    def response_iter(self, status: int, headers: Headers, body: Pieces) -> None:
        """All at once if it is one piece, as pages are."""
        try:
            self._begin(status, headers, body)
        except BaseException:
            body.close()
            raise

    def _begin(self, status: int, headers: Headers, body: Pieces) -> None:
        begun = list(islice(_each(body), 2))
        if len(begun) < 2:  # noqa: PLR2004 - several pieces
            body.close()
            self.response_bytes(status, headers, b"".join(begun))
            return
        rest = _Rest(begun, body)
        if self.slots.acquire(blocking=False):
            self._send_beside(status, headers, rest)
        else:
            self._exchange.response_iter(status, headers, rest)

    def _send_beside(self, status: int, headers: Headers, rest: Pieces) -> None:
        try:
            threading.Thread(target=self._send, args=(status, headers, rest), name="sending", daemon=True).start()
        except RuntimeError:  # the system gives no more threads
            self.slots.release()
            raise

    def _send(self, status: int, headers: Headers, body: Pieces) -> None:
        try:
            self._exchange.response_iter(status, headers, body)
        finally:
            self.slots.release()


class _Rest:
    """A body whose first pieces were looked at."""

    def __init__(self, begun: Iterable[bytes], body: Pieces) -> None:
        self._pieces, self.close = chain(begun, _each(body)), body.close

    def __next__(self) -> bytes:
        return next(self._pieces)


def _each(body: Pieces) -> Iterator[bytes]:
    return iter(body.__next__, None)
