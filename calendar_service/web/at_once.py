"""A poll that is answered without waiting for anything: the same question has the same answer until somebody commits.

For the threads that take requests in, one at a time (docs/decisions/0028): whatever could keep them waiting is not
answered here. Of every function and every object that a poll goes by, much has gone from the processor's caches since
the poll before, so that there are as few as can be.
"""

from __future__ import annotations

from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from calendar_service.domain.errors import Busy
from calendar_service.services.house import House
from calendar_service.services.syndication.polling import Poller
from calendar_service.web.polling import ROOM, Headers, Left, Means, Polling

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MOST_KNOWN = 1_024
LONGEST = 600
"""A longer question is answered, but not remembered."""
BETWEEN = 0.05
"""Seconds between two looks at the clock, and none beyond midnight."""

Answer = tuple[int, Headers, bytes]
"""Status, headers and body."""
Question = tuple[str | None, ...]
"""What an answer follows from."""


class _Known(NamedTuple):
    """An answer, and what each poll of it leaves behind."""

    answer: Answer
    left: Left


class AtOnce:
    """Asked by one thread at a time."""

    def __init__(self, polling: Polling, house: House) -> None:
        self._polling, self._now = polling, house.clock
        self._poller = Poller(house.database, brisk=True)
        self._shelf, self._note, self._address = polling.shelf, polling.ledger.note, polling.address
        self._means = Means(self._poller.ask, polling.find_at_hand)
        self._is_near = house.database.is_sqlite  # a database elsewhere could always keep us waiting
        self._known: dict[Question, _Known] = {}
        self._commits: object = None
        self._turns, self._day = 0, date.min
        self._until = self._later = 0.0

    def __call__(self, environ: WSGIEnvironment) -> Answer | None:
        """The answer, if it is at hand."""
        path: str = environ["PATH_INFO"]
        if not (self._is_near and path.startswith(ROOM)):
            return None
        began = perf_counter()
        try:
            if began >= self._until or self._turns != self._shelf.turns or self._commits != self._poller.commits():
                self._look_around(began)
            question = (
                path, environ.get("QUERY_STRING"), environ["REQUEST_METHOD"], environ.get("HTTP_HOST"),
                environ.get("HTTP_ACCEPT_ENCODING"), environ.get("HTTP_IF_NONE_MATCH"),
                environ.get("HTTP_IF_MODIFIED_SINCE"),
            )  # fmt: skip
            known = self._known.get(question) or self._find_out(environ, question)
        except Busy:
            self._known.clear()
            return None
        if known is None:
            return None
        answer, (same, asked) = known
        address, agent = self._address(environ), environ.get("HTTP_USER_AGENT", "")
        self._note((began + self._later, perf_counter() - began, same, asked, address, agent))
        return answer

    def _look_around(self, began: float) -> None:
        """Forget what was found out before the last commit, on another day, or with bodies that may be in memory no
        more; and see when to look again.
        """
        now = self._now()
        stamp = self._poller.commits(), self._shelf.turns, self._poller.today.at(now)
        if stamp != (self._commits, self._turns, self._day):
            self._known.clear()
            self._commits, self._turns, self._day = stamp
        self._later = now.timestamp() - began
        self._until = began + min(BETWEEN, self._poller.today.left(now))

    def _find_out(self, environ: WSGIEnvironment, question: Question) -> _Known | None:
        if environ["REQUEST_METHOD"] != "GET":
            return None
        reply = self._polling.reply(environ, self._means, now=self._now())
        if reply is None:
            return None
        known = _Known((reply.status, reply.headers, reply.body), self._polling.left_by(environ, reply))
        if sum(len(each or "") for each in question) <= LONGEST:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[question] = known
        return known
