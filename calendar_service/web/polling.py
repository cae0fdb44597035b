"""In front of Flask: the poll of a feed that did not change, answered from one row (rule 3).

Nearly all that calendar programs ask is whether anything changed. For the canonical address of a known feed that
is one indexed read by the plain driver, and a copy of the body lies in a file; everything else falls through.
What is done here is done for every poll, so it is little.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from calendar_service import logs
from calendar_service.domain.errors import Busy
from calendar_service.entrance.security import is_trusted_host, worn_always
from calendar_service.services.house import House
from calendar_service.services.syndication.composing import Version
from calendar_service.services.syndication.polling import Poller
from calendar_service.web.feed_answers import describing, is_unchanged, takes_gzip, validators
from calendar_service.web.press import Press

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM = "/feeds/"
LONGEST_ADDRESS = 8_000
MAX_HOSTS = 64
_Answer = tuple[str, dict[str, str], bytes]


class Polling:
    """The layer; `app` gets what it does not answer."""

    def __init__(self, app: WSGIApplication, house: House, press: Press) -> None:
        self._app, self._house, self._copies = app, house, press.copies
        self._poller = Poller(house.database)
        self._worn = worn_always(house.settings) | {"Referrer-Policy": "strict-origin-when-cross-origin"}
        self._hosts: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        if environ["PATH_INFO"].startswith(ROOM) and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            began = time.perf_counter()
            answer = self._answer(environ)
            if answer is not None:
                status, headers, body = answer
                start_response(status, [*headers.items(), *self._worn.items()])
                _log(environ, int(status[:3]), len(body), time.perf_counter() - began)
                return [body] if body and environ["REQUEST_METHOD"] == "GET" else []
        return self._app(environ, start_response)

    def _answer(self, environ: WSGIEnvironment) -> _Answer | None:
        """Status, headers and body; None when Flask has to see to it."""
        query = environ.get("QUERY_STRING", "")
        if len(query) > LONGEST_ADDRESS or not self._is_ours(environ.get("HTTP_HOST", "")):
            return None
        address = f"{environ['PATH_INFO']}?{query}" if query else environ["PATH_INFO"]
        try:
            found = self._poller.version(address, now=self._house.now())
        except Busy:
            return None
        return self._answer_version(environ, *found) if found else None

    def _answer_version(self, environ: WSGIEnvironment, key: str, version: Version) -> _Answer | None:
        packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        known, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
        headers = validators(version, packed=packed)
        if is_unchanged(version, if_none_match=known, if_modified_since=since):
            return "304 NOT MODIFIED", headers, b""
        copy = self._copies.find(key, version)
        if copy is None:
            return None
        try:
            body = copy.read(packed=packed)
        except OSError:
            return None
        headers |= describing(environ["PATH_INFO"], packed=packed)
        headers["Content-Length"] = str(len(body))
        return "200 OK", headers, body

    def _is_ours(self, host: str) -> bool:
        """Whether the Host header names us (S26); what it names is worked out once."""
        if host in self._hosts:
            return True
        if not is_trusted_host(host, self._house.settings):
            return False
        if len(self._hosts) < MAX_HOSTS:
            self._hosts.add(host)
        return True


def _log(environ: WSGIEnvironment, status: int, size: int, seconds: float) -> None:
    logs.request({
        "id": os.urandom(8).hex(), "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"],
        "status": status, "bytes": size, "ms": round(seconds * 1000, 1),
    })  # fmt: skip
