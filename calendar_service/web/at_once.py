"""A poll that is answered without waiting for anything: the same question has the same answer until somebody commits.

For the threads that take requests in, one at a time (docs/decisions/0028): whatever could keep them waiting is not
answered here.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from calendar_service.domain.errors import Busy
from calendar_service.services.house import House
from calendar_service.services.syndication.polling import Polled, Poller
from calendar_service.web.feed_answers import takes_gzip
from calendar_service.web.polling import NOT_MODIFIED, ROOM, Headers, Means, Polling

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_KNOWN = 1_024
LONGEST = 600
"""A longer question is answered, but not remembered."""
DECIDING = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT_ENCODING",
            "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")  # fmt: skip
"""What an answer follows from; a method other than GET is answered elsewhere."""

Answer = tuple[int, Headers, bytes]
"""Status, headers and body."""


class _Known(NamedTuple):
    """An answer but for its body, which may go from memory meanwhile."""

    polled: Polled
    status: int
    headers: Headers
    packed: bool


class AtOnce:
    """Asked by one thread at a time."""

    def __init__(self, polling: Polling, house: House) -> None:
        self._polling, self._now = polling, house.clock
        self._poller = Poller(house.database, brisk=True)
        self._find = polling.find_at_hand
        self._means = Means(self._poller.ask, self._find)
        self._is_near = house.database.is_sqlite  # a database elsewhere could always keep us waiting
        self._known: dict[tuple[str | None, ...], _Known] = {}
        self._stamp: object = None

    def __call__(self, environ: WSGIEnvironment) -> Answer | None:
        """The answer, if it is at hand."""
        if not (self._is_near and environ["PATH_INFO"].startswith(ROOM) and environ["REQUEST_METHOD"] == "GET"):
            return None
        began = time.perf_counter()
        try:
            known = self._known_of(environ)
        except Busy:
            return None
        if known is None:
            return None
        polled, status, headers, packed = known
        body = b"" if status == NOT_MODIFIED else self._find(polled, packed)
        if body is None:
            return None
        self._polling.note(environ, polled, status, len(body), began)
        return status, headers, body

    def _known_of(self, environ: WSGIEnvironment) -> _Known | None:
        """What was found out since the last commit, on this day, or is now."""
        now = self._now()
        stamp = self._poller.stamp(now=now)
        if stamp != self._stamp or len(self._known) >= MOST_KNOWN:
            self._known.clear()
            self._stamp = stamp
        question = tuple(map(environ.get, DECIDING))
        return self._known.get(question) or self._find_out(environ, question, now=now)

    def _find_out(
        self, environ: WSGIEnvironment, question: tuple[str | None, ...], *, now: datetime
    ) -> _Known | None:  # fmt: skip
        reply = self._polling.reply(environ, self._means, now=now)
        if reply is None:
            return None
        known = _Known(reply.polled, reply.status, reply.headers, takes_gzip(environ.get("HTTP_ACCEPT_ENCODING")))
        if sum(len(each or "") for each in question) <= LONGEST:
            self._known[question] = known
        return known
