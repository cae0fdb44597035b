"""In front of Flask: the poll of a feed that did not change, answered from one row (rule 3).

Nearly all that calendar programs ask is whether anything changed. For the canonical address of a known feed that
is one indexed read by the plain driver, and a copy of the body stands in memory or lies in a file; everything else
falls through. What is done here is done for every poll, so it is little: what can be worked out once is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from calendar_service import logs
from calendar_service.domain.errors import Busy
from calendar_service.entrance.security import is_trusted_host, worn_always
from calendar_service.services.house import House
from calendar_service.services.syndication.asking import named_ask
from calendar_service.services.syndication.polling import Polled, Poller
from calendar_service.web.counting import Counting
from calendar_service.web.feed_answers import describing, forms_of, is_unchanged, takes_gzip, validators
from calendar_service.web.ledger import Asked, Ledger
from calendar_service.web.press import Issue, Press
from calendar_service.web.shelf import Shelf

if TYPE_CHECKING:
    from datetime import datetime

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM = "/feeds/"
PRIVATE = "/feeds/private/"
READING = frozenset({"GET", "HEAD"})
LONGEST_ADDRESS = 8_000
MAX_HOSTS = 64
REMEMBERED = 1_024
OK, NOT_MODIFIED = 200, 304
STATUS = {OK: "200 OK", NOT_MODIFIED: "304 NOT MODIFIED"}
Headers: TypeAlias = list[tuple[str, str]]


class _Told(NamedTuple):
    """What is said of a version whoever asks: the forms in which programs bring its tag back, and the headers."""

    forms: frozenset[str]
    plain: Headers
    packed: Headers


class Reply(NamedTuple):
    """What is said of a feed. Its headers are those of every such answer: whoever changes them takes a copy."""

    polled: Polled
    status: int
    headers: Headers
    body: bytes


Left = tuple[logs.Alike, Asked]
"""What an answer leaves behind beside when and to whom it was given."""


class Means(NamedTuple):
    """How to ask for the current version, and where to look for its body, which may be gzip."""

    ask: Callable[..., Polled | None]
    find: Callable[[Polled, bool], bytes | None]


class Polling:
    """The layer; `app` gets what it does not answer."""

    def __init__(
        self, app: WSGIApplication, house: House, press: Press, counting: Counting, ledger: Ledger
    ) -> None:  # fmt: skip
        self._app, self._house, self._press = app, house, press
        self.ledger, self.address, self.shelf = ledger, counting.address, Shelf()
        press.copies.at_hand = partial(self.shelf.get, packed=False)
        self._poller = Poller(house.database)
        self._patient = Means(self._ask_patiently, self._find)
        worn = worn_always(house.settings) | {"Referrer-Policy": "strict-origin-when-cross-origin"}
        self._worn = list(worn.items())
        self._named = lru_cache(maxsize=REMEMBERED)(partial(named_ask, metropolis=house.metropolis))
        self._told = lru_cache(maxsize=REMEMBERED)(self._told_of)
        self._said = lru_cache(maxsize=REMEMBERED)(self._said_of)
        self._asked = lru_cache(maxsize=REMEMBERED)(Asked)
        self._hosts: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        began = time.perf_counter()
        reply = self.reply(environ, self._patient, now=self._house.now())
        if reply is None:
            return self._app(environ, start_response)
        start_response(STATUS[reply.status], reply.headers.copy())
        self._note(environ, reply, began)
        return [reply.body] if reply.body and environ["REQUEST_METHOD"] == "GET" else []

    def reply(self, environ: WSGIEnvironment, means: Means, *, now: datetime) -> Reply | None:
        """What is answered without Flask; None for everything else."""
        path = environ["PATH_INFO"]
        if not path.startswith(ROOM) or environ["REQUEST_METHOD"] not in READING or path.startswith(PRIVATE):
            return None
        polled = self._polled(environ, path, partial(means.ask, now=now))
        return self._say(environ, path, polled, means) if polled else None

    def _polled(self, environ: WSGIEnvironment, path: str, ask: Callable[[str], Polled | None]) -> Polled | None:
        """The feed that is asked for; None when Flask has to see to it."""
        query, host = environ.get("QUERY_STRING", ""), environ.get("HTTP_HOST", "")
        if len(query) > LONGEST_ADDRESS or not (host in self._hosts or self._is_ours(host)):
            return None
        try:
            return ask(f"{path}?{query}" if query else path)
        except Busy:
            return None

    def _ask_patiently(self, address: str, *, now: datetime) -> Polled | None:
        """What most people follow is composed here, without the machinery of pages, where it is not known yet."""
        return self._poller.ask(address, now=now) or self._composed(address, now=now)

    def _composed(self, address: str, *, now: datetime) -> Polled | None:
        """The feed as it is from now on; None where Flask has to find out once more, and has words for it."""
        ask = self._named(address)
        if ask is None:
            return None
        try:
            issue = self._press.issue(ask, now=now, is_outdated=True)
        except Exception:  # noqa: BLE001 - see above
            return None
        if issue.stale is not None:
            return None
        if issue.copy and issue.copy.body:
            self.shelf.put(issue.version.etag, issue.copy.body, packed=False)
        return Polled(ask.key, issue.version, ask.scope, self._poller.today.at(now))

    def _say(self, environ: WSGIEnvironment, path: str, polled: Polled, means: Means) -> Reply | None:
        """What is said of it; None when no body is at hand."""
        packed = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING"))
        known, told = environ.get("HTTP_IF_NONE_MATCH"), self._told(polled)
        if known in told.forms or is_unchanged(
            polled.version, if_none_match=known, if_modified_since=environ.get("HTTP_IF_MODIFIED_SINCE")
        ):
            return Reply(polled, NOT_MODIFIED, told.packed if packed else told.plain, b"")
        body = means.find(polled, packed)
        return None if body is None else Reply(polled, OK, self._said(polled, path, packed, len(body)), body)

    def find_at_hand(self, polled: Polled, packed: bool) -> bytes | None:  # noqa: FBT001 - a callable's shape
        """The body if it stands in memory."""
        return self.shelf.get(polled.version.etag, packed=packed)

    def _find(self, polled: Polled, packed: bool) -> bytes | None:  # noqa: FBT001 - a callable's shape
        """The body as it stands in memory or lies in a file, packed if it was not yet; None when there is none."""
        return self.find_at_hand(polled, packed) or self._read(polled, packed=packed)

    def _read(self, polled: Polled, *, packed: bool) -> bytes | None:
        copy = self._press.copies.find(polled.key, polled.version)
        try:
            if copy and copy.is_large:  # goes out in blocks, which are not for here
                return None
            body = self._press.read(Issue(version=polled.version, copy=copy), packed=packed) if copy else None
        except OSError:
            return None
        if body is not None:
            self.shelf.put(polled.version.etag, body, packed=packed)
        return body

    def _told_of(self, polled: Polled) -> _Told:
        """Worked out once per version."""
        version = polled.version
        plain, packed = ([*validators(version, packed=each).items(), *self._worn] for each in (False, True))
        return _Told(forms_of(version), plain, packed)

    def _said_of(self, polled: Polled, path: str, packed: bool, size: int) -> Headers:  # noqa: FBT001 - part of a key
        """The headers of a body, worked out once per version and address."""
        told = self._told(polled)
        said = describing(path, packed=packed) | {"Content-Length": str(size)}
        return [*said.items(), *(told.packed if packed else told.plain)]

    def _is_ours(self, host: str) -> bool:
        """Whether the Host header names us (S26); what it names is worked out once."""
        if not is_trusted_host(host, self._house.settings):
            return False
        if len(self._hosts) < MAX_HOSTS:
            self._hosts.add(host)
        return True

    def left_by(self, environ: WSGIEnvironment, reply: Reply) -> Left:
        """What an answer leaves behind like others of its sort."""
        polled = reply.polled
        same = logs.alike(environ["REQUEST_METHOD"], environ["PATH_INFO"], reply.status, len(reply.body))
        return same, self._asked(polled.scope, polled.day)

    def _note(self, environ: WSGIEnvironment, reply: Reply, began: float) -> None:
        same, asked = self.left_by(environ, reply)
        took, agent = time.perf_counter() - began, environ.get("HTTP_USER_AGENT", "")
        self.ledger.note((time.time(), took, same, asked, self.address(environ), agent))
