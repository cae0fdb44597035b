"""In front of Flask: the poll of a feed that did not change, answered from one row (rule 3).

Nearly all that calendar programs ask is whether anything changed. For the canonical address of a known feed that
is one indexed read by the plain driver, and a copy of the body lies in a file; everything else falls through.
What is done here is done for every poll, so it is little: what can be worked out once is.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from calendar_service import logs
from calendar_service.domain.errors import Busy
from calendar_service.entrance.security import is_trusted_host, worn_always
from calendar_service.services.house import House
from calendar_service.services.syndication.composing import Version
from calendar_service.services.syndication.polling import Polled, Poller
from calendar_service.web.counting import Counting
from calendar_service.web.feed_answers import describing, is_unchanged, takes_gzip, validators
from calendar_service.web.press import Press

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM = "/feeds/"
PRIVATE = "/feeds/private/"
READING = frozenset({"GET", "HEAD"})
LONGEST_ADDRESS = 8_000
MAX_HOSTS = 64
_Headers = list[tuple[str, str]]
_Answer = tuple[str, _Headers, bytes]


class Polling:
    """The layer; `app` gets what it does not answer."""

    def __init__(self, app: WSGIApplication, house: House, press: Press, counting: Counting) -> None:
        self._app, self._house, self._copies, self._counting = app, house, press.copies, counting
        self._poller = Poller(house.database)
        worn = worn_always(house.settings) | {"Referrer-Policy": "strict-origin-when-cross-origin"}
        self._worn = list(worn.items())
        self._unchanged = lru_cache(maxsize=1024)(self._told_of)
        self._hosts: set[str] = set()
        self._mark, self._numbers = os.urandom(4).hex(), itertools.count()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        path = environ["PATH_INFO"]
        if path.startswith(ROOM) and environ["REQUEST_METHOD"] in READING and not path.startswith(PRIVATE):
            began = time.perf_counter()
            answer = self._answer(environ, path)
            if answer is not None:
                status, headers, body = answer
                start_response(status, headers)
                self._log(environ, path, int(status[:3]), len(body), began)
                return [body] if body and environ["REQUEST_METHOD"] == "GET" else []
        return self._app(environ, start_response)

    def _answer(self, environ: WSGIEnvironment, path: str) -> _Answer | None:
        """Status, headers and body; None when Flask has to see to it."""
        query = environ.get("QUERY_STRING", "")
        if len(query) > LONGEST_ADDRESS or not self._is_ours(environ.get("HTTP_HOST", "")):
            return None
        try:
            polled = self._poller.ask(f"{path}?{query}" if query else path, now=self._house.now())
        except Busy:
            return None
        if polled is None:
            return None
        answer = self._answer_version(environ, path, polled)
        if answer is not None:
            self._counting.note(environ, polled.scope, day=polled.day)
        return answer

    def _answer_version(self, environ: WSGIEnvironment, path: str, polled: Polled) -> _Answer | None:
        packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        known, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
        headers = self._unchanged(polled.version, packed=packed)
        if is_unchanged(polled.version, if_none_match=known, if_modified_since=since):
            return "304 NOT MODIFIED", headers.copy(), b""
        copy = self._copies.find(polled.key, polled.version)
        if copy is None:
            return None
        try:
            body = copy.read(packed=packed)
        except OSError:
            return None
        said = describing(path, packed=packed) | {"Content-Length": str(len(body))}
        return "200 OK", [*said.items(), *headers], body

    def _told_of(self, version: Version, *, packed: bool) -> _Headers:
        """What every answer about a version says."""
        return [*validators(version, packed=packed).items(), *self._worn]

    def _is_ours(self, host: str) -> bool:
        """Whether the Host header names us (S26); what it names is worked out once."""
        if host in self._hosts:
            return True
        if not is_trusted_host(host, self._house.settings):
            return False
        if len(self._hosts) < MAX_HOSTS:
            self._hosts.add(host)
        return True

    def _log(self, environ: WSGIEnvironment, path: str, status: int, size: int, began: float) -> None:
        """Its number is unique without asking the system for randomness each time."""
        number = f"{self._mark}{next(self._numbers) & 0xFFFFFFFF:08x}"
        ms = round((time.perf_counter() - began) * 1000, 1)
        logs.request(logs.Answered(number, environ["REQUEST_METHOD"], path, status, size, ms))
