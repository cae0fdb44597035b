"""Which thread of a web process answers: the one that takes requests in, or one of several behind it.

Threads that wait for Python's lock at once hand it on at every question to the database, and each handing on costs
more than a poll does. So what memory and one row can answer is answered at once, by the one thread that granian wakes
for every request; whatever may take longer is handed to the others (docs/decisions/0028).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO
from queue import SimpleQueue
from threading import get_ident
from typing import TYPE_CHECKING, Any

from granian import wsgi
from granian.server import mp

from calendar_service.cli.running.behind import Behind, Exchange, Headers, Run
from calendar_service.cli.running.lines import Lines
from calendar_service.cli.running.receiving import Desk, Gate
from calendar_service.cli.running.seats import SENDERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

THREADS = 8
"""Behind the first: as many long answers may be under way before a page has to wait."""
DEEDS = 8
"""Behind it for what was sent, so that what many do at once keeps no page waiting."""
SENDING = frozenset({"POST", "PUT", "PATCH"})
TAKING = SENDERS + 2
"""How many threads granian may have: each sender keeps one, and one more is on its way to rest or back."""

log = logging.getLogger(__name__)
AtOnce = Callable[["WSGIEnvironment"], tuple[int, Headers, bytes] | None]


def part(at_once: AtOnce, gate: Gate) -> None:
    """Have this process, which granian has yet to give its threads, answer by lanes."""
    whole: Callable[..., Run] = wsgi._callback_wrapper  # noqa: SLF001 - granian offers no other way in

    def wrap(application: object, options: dict[str, Any], access_log: str | None = None) -> Run:
        run = whole(application, options, access_log)
        desk = Desk(Behind(run, DEEDS, name="deed"), gate)
        return Taking(at_once, Lines(run, partial(Behind, most=THREADS)), desk, Watch()).take

    vars(mp)["_wsgi_call_wrap"] = wrap


class Taking:
    """What granian calls with each request, in whichever of its threads."""

    def __init__(self, at_once: AtOnce, lines: Lines, desk: Desk, watch: Watch) -> None:
        self._at_once, self._lines, self._desk, self._watch = at_once, lines, desk, watch
        self._turn = threading.Lock()

    def take(self, exchange: Exchange, environ: WSGIEnvironment) -> None:
        """Answer, or see to it that somebody does."""
        if environ["REQUEST_METHOD"] in SENDING and (coming := self._desk.coming(environ)):
            self._watch.leave()
            self._desk.give(exchange, environ, coming)
            return  # at once: granian lets go of a body only now
        with self._turn:
            try:
                answer = self._at_once(environ)
            except Exception:
                log.exception("a poll could not be answered at once")
                answer = None
            if answer is None:
                # To read the real one in another thread can keep this one, and Python's lock.
                environ["wsgi.input"] = BytesIO()
                self._lines.give(exchange, environ)
        if answer is not None:
            exchange.response_bytes(*answer)
        if get_ident() != self._watch.keeper and not _has_body(environ):  # with one, the line goes on only after this
            self._watch.keep()


def _has_body(environ: WSGIEnvironment) -> bool:
    """RFC 9112 §6.3."""
    return "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ


class Watch:
    """One thread is on watch, and waits for requests; the others rest until it leaves, for a sender or for good.

    Threads that wait for the same thing are woken one after another, and each has to be given Python's lock.
    """

    def __init__(self) -> None:
        self._own = threading.local()
        self._free: SimpleQueue[None] = SimpleQueue()
        self._free.put(None)
        self.keeper = 0
        """Which thread is on watch, by its number."""

    def keep(self) -> None:
        """Rest until nobody is on watch, and be it."""
        self._free.get()
        self._own.turn = Turn(self)
        self.keeper = get_ident()

    def leave(self) -> None:
        """Let another one watch; this thread may be kept."""
        if self.keeper == get_ident():
            del self._own.turn

    def end(self) -> None:
        """Nobody is on watch."""
        self.keeper = 0
        self._free.put(None)


class Turn:
    """A thread's being on watch. It ends with the thread, too: granian lets go of one that had nothing to do."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def __del__(self) -> None:
        self._watch.end()
