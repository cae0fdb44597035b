"""In front of Flask: the poll of a feed that did not change, answered from one row (rule 3).

Nearly all that calendar programs ask is whether anything changed. For the canonical address of a known feed that
is one indexed read by the plain driver, and a copy of the body lies in a file; everything else falls through.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from calendar_service import logs
from calendar_service.domain.errors import Busy
from calendar_service.entrance.security import is_trusted_host, worn_always
from calendar_service.services.composing import Version
from calendar_service.services.house import House
from calendar_service.services.polling import Poller
from calendar_service.web.feed_answers import describing, from_environ, is_unchanged, takes_gzip, validators
from calendar_service.web.press import Press

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM = "/feeds/"
REFERRER = ("Referrer-Policy", "strict-origin-when-cross-origin")
LONGEST_ADDRESS = 8_000


class Polling:
    """The layer; `app` gets what it does not answer."""

    def __init__(self, app: WSGIApplication, house: House, press: Press) -> None:
        self._app, self._house, self._copies = app, house, press.copies
        self._poller = Poller(house.database)
        self._worn = [*worn_always(house.settings).items(), REFERRER]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        path = environ["PATH_INFO"]
        if path.startswith(ROOM) and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            began = time.perf_counter()
            answer = self._answer(path, environ)
            if answer is not None:
                return self._send(environ, start_response, *answer, began=began)
        return self._app(environ, start_response)

    def _answer(self, path: str, environ: WSGIEnvironment) -> tuple[str, dict[str, str], bytes] | None:
        """Status, headers and body; None when Flask has to see to it."""
        query = environ.get("QUERY_STRING", "")
        host = environ.get("HTTP_HOST", "")
        if len(query) > LONGEST_ADDRESS or not is_trusted_host(host, self._house.settings):
            return None
        try:
            found = self._poller.version(f"{path}?{query}" if query else path, now=self._house.now())
        except Busy:
            return None
        return self._answer_version(path, environ, *found) if found else None

    def _answer_version(
        self, path: str, environ: WSGIEnvironment, key: str, version: Version
    ) -> tuple[str, dict[str, str], bytes] | None:
        packed = takes_gzip(from_environ(environ, "ACCEPT_ENCODING"))
        known, since = from_environ(environ, "IF_NONE_MATCH"), from_environ(environ, "IF_MODIFIED_SINCE")
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
        headers |= describing(path, packed=packed)
        headers["Content-Length"] = str(len(body))
        return "200 OK", headers, body

    def _send(
        self, environ: WSGIEnvironment, start_response: StartResponse, status: str, headers: dict[str, str],
        body: bytes, *, began: float,
    ) -> Iterable[bytes]:  # fmt: skip
        start_response(status, [*headers.items(), *self._worn])
        said: dict[str, Any] = {
            "id": uuid4().hex[:16], "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"],
            "status": int(status[:3]), "bytes": len(body), "ms": round((time.perf_counter() - began) * 1000, 1),
        }  # fmt: skip
        logs.access.info("request", extra=said)
        return [] if environ["REQUEST_METHOD"] == "HEAD" or not body else [body]
