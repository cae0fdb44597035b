"""Which thread of a web process answers: the one that takes requests in, or one of several behind it.

Threads that wait for Python's lock at once hand it on at every question to the database, and each handing on costs
more than a poll does. So what memory and one row can answer is answered at once, by the one thread to which granian
gives every request; whatever may take longer is handed to the others (docs/decisions/0028).
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

from granian import wsgi
from granian.server import mp

from calendar_service.cli.running.lines import Lines

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

THREADS = 8
"""Behind the first: as many long answers may be under way before a page has to wait."""
SENDERS = 8
"""So many may send something at once. Each keeps the thread that reads it; whoever comes beyond is told to come again,
so that senders who never finish keep neither polls nor pages waiting."""
TAKING = SENDERS + 1
"""How many threads take requests in, one at a time."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SLOW = 64
"""So many long answers at most are sent in threads of their own."""

TOO_MANY = """\
Llegan demasiados envíos a la vez. Vuelve atrás y envíalo otra vez en unos segundos.
Too much is being sent at once. Go back and send it again in a few seconds.
"""

log = logging.getLogger(__name__)
Headers = list[tuple[str, str]]
AtOnce = Callable[["WSGIEnvironment"], tuple[int, Headers, bytes] | None]


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


def part(at_once: AtOnce) -> None:
    """Have this process, which granian has yet to give its threads, answer by lanes."""
    whole: Callable[..., Run] = wsgi._callback_wrapper  # noqa: SLF001 - granian offers no other way in

    def wrap(application: object, options: dict[str, Any], access_log: str | None = None) -> Run:
        run = whole(application, options, access_log)
        lines, turn, desk = Lines(run, partial(Behind, most=THREADS)), threading.Lock(), Desk(run, SENDERS)

        def take(exchange: Exchange, environ: WSGIEnvironment) -> None:
            if brings(environ):
                desk.give(exchange, environ)
                return
            with turn:
                try:
                    answer = at_once(environ)
                except Exception:
                    log.exception("a poll could not be answered at once")
                    answer = None
                if answer is None:
                    lines.give(exchange, environ)
            if answer is not None:
                exchange.response_bytes(*answer)

        return take

    vars(mp)["_wsgi_call_wrap"] = wrap


def brings(environ: WSGIEnvironment) -> bool:
    """Whether something may come with a request: it can be read only as long as the thread that took it in keeps it."""
    return environ["REQUEST_METHOD"] not in READING or environ.get("CONTENT_LENGTH", "0") not in ("", "0")


class Desk:
    """Reads what is sent, in the thread that calls, for so many at once."""

    def __init__(self, run: Run, most: int) -> None:
        self._run, self._seats = run, threading.BoundedSemaphore(most)

    def give(self, exchange: Exchange, environ: WSGIEnvironment) -> None:
        """Have it read and answered, or ask to come again."""
        if not self._seats.acquire(blocking=False):
            log.warning("too many send at once")
            exchange.response_bytes(503, [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5"),
                                          ("Cache-Control", "no-store")], TOO_MANY.encode())  # fmt: skip
            return
        try:
            self._run(exchange, environ)
        finally:
            self._seats.release()


class Behind:
    """Threads for whatever may take long: no more than are needed at once, and at most so many."""

    def __init__(self, run: Run, most: int) -> None:
        self._run, self._most, self._begun = run, most, 0
        self._given: SimpleQueue[tuple[Exchange, WSGIEnvironment]] = SimpleQueue()
        self._idle: deque[None] = deque()
        self._desk = threading.Lock()

    def give(self, exchange: Exchange, environ: WSGIEnvironment) -> None:
        """Have it answered as soon as a thread is free."""
        self._given.put((exchange, environ))
        with self._desk:
            if self._idle:
                self._idle.pop()
                return
            if self._begun == self._most:
                return
            self._begun += 1
            threading.Thread(target=self._work, name=f"behind-{self._begun}", daemon=True).start()

    def _work(self) -> None:
        while True:
            exchange, environ = self._given.get()
            try:
                self._run(Sending(exchange), environ)
            except Exception:
                log.exception("a request was not answered")
                exchange.response_bytes(500, [], b"")
            del exchange, environ  # while this thread waits it keeps nobody's request
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
