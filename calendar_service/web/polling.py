"""In front of Flask: the poll of a feed that did not change, answered from one row (rule 3).

Nearly all that calendar programs ask is whether anything changed. For the canonical address of a known feed that
is one indexed read by the plain driver, and a copy of the body stands in memory or lies in a file; everything else
falls through. What is done here is done for every poll, so it is little: what can be worked out once is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from calendar_service.domain.errors import Busy
from calendar_service.entrance.security import is_trusted_host, worn_always
from calendar_service.services.house import House
from calendar_service.services.syndication.composing import Version
from calendar_service.services.syndication.polling import Polled, Poller
from calendar_service.web.counting import Counting
from calendar_service.web.feed_answers import describing, forms_of, is_unchanged, takes_gzip, validators
from calendar_service.web.ledger import Ledger, Poll
from calendar_service.web.press import Press
from calendar_service.web.shelf import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM = "/feeds/"
PRIVATE = "/feeds/private/"
READING = frozenset({"GET", "HEAD"})
LONGEST_ADDRESS = 8_000
MAX_HOSTS = 64
_Headers = list[tuple[str, str]]
_Answer = tuple[str, _Headers, bytes]


class _Told(NamedTuple):
    """What is said of a version whoever asks: the forms in which programs bring its tag back, and the headers."""

    forms: frozenset[str]
    plain: _Headers
    packed: _Headers


class Polling:
    """The layer; `app` gets what it does not answer."""

    def __init__(
        self, app: WSGIApplication, house: House, press: Press, counting: Counting, ledger: Ledger
    ) -> None:  # fmt: skip
        self._app, self._house, self._copies, self._counting, self._ledger = app, house, press.copies, counting, ledger
        self._ask, self._shelf = Poller(house.database).ask, Shelf()
        worn = worn_always(house.settings) | {"Referrer-Policy": "strict-origin-when-cross-origin"}
        self._worn = list(worn.items())
        self._told = lru_cache(maxsize=1024)(self._told_of)
        self._hosts: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith(ROOM) and method in READING and not path.startswith(PRIVATE):
            began = time.perf_counter()
            polled = self._polled(environ, path)
            answer = polled and self._answer(environ, path, polled)
            if polled and answer:
                status, headers, body = answer
                start_response(status, headers)
                self._note(environ, path, polled, (int(status[:3]), len(body)), began)
                return [body] if body and method == "GET" else []
        return self._app(environ, start_response)

    def _polled(self, environ: WSGIEnvironment, path: str) -> Polled | None:
        """The feed that is asked for; None when Flask has to see to it."""
        query = environ.get("QUERY_STRING", "")
        host = environ.get("HTTP_HOST", "")
        if len(query) > LONGEST_ADDRESS or not (host in self._hosts or self._is_ours(host)):
            return None
        try:
            return self._ask(f"{path}?{query}" if query else path, now=self._house.now())
        except Busy:
            return None

    def _answer(self, environ: WSGIEnvironment, path: str, polled: Polled) -> _Answer | None:
        """Status, headers and body; None when there is no copy of it yet."""
        packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        known, version = environ.get("HTTP_IF_NONE_MATCH"), polled.version
        told = self._told(version)
        headers = told.packed if packed else told.plain
        if known in told.forms or is_unchanged(
            version, if_none_match=known, if_modified_since=environ.get("HTTP_IF_MODIFIED_SINCE")
        ):
            return "304 NOT MODIFIED", headers.copy(), b""
        body = self._shelf.get(version.etag, packed=packed) or self._read(polled, packed=packed)
        if body is None:
            return None
        said = _described(path, packed)
        return "200 OK", [*said, ("Content-Length", str(len(body))), *headers], body

    def _read(self, polled: Polled, *, packed: bool) -> bytes | None:
        """The body as it lies in a file; None when there is none yet, or no gzip of it."""
        copy = self._copies.find(polled.key, polled.version)
        try:
            body = copy.read(packed=packed) if copy else None
        except OSError:
            return None
        if body is not None:
            self._shelf.put(polled.version.etag, body, packed=packed)
        return body

    def _told_of(self, version: Version) -> _Told:
        """Worked out once per version."""
        plain, packed = ([*validators(version, packed=each).items(), *self._worn] for each in (False, True))
        return _Told(forms_of(version), plain, packed)

    def _is_ours(self, host: str) -> bool:
        """Whether the Host header names us (S26); what it names is worked out once."""
        if not is_trusted_host(host, self._house.settings):
            return False
        if len(self._hosts) < MAX_HOSTS:
            self._hosts.add(host)
        return True

    def _note(
        self, environ: WSGIEnvironment, path: str, polled: Polled, said: tuple[int, int], began: float
    ) -> None:  # fmt: skip
        self._ledger.note(Poll(
            time.time(),
            environ["REQUEST_METHOD"], path, *said, time.perf_counter() - began, polled.scope, polled.day,
            self._counting.address(environ), environ.get("HTTP_USER_AGENT", ""),
        ))  # fmt: skip


@lru_cache(maxsize=512)
def _described(path: str, packed: bool) -> _Headers:  # noqa: FBT001 - a key of the cache
    return list(describing(path, packed=packed).items())
