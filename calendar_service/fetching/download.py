"""One calendar from one server, within bounds of place, time and size (S37).

The host is resolved once, every answer is judged, and the connection goes to the address that was judged. Neither
the surroundings' proxies nor its cookies are heeded, and of an error no more is told than what kind it is.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse

from calendar_service.domain.errors import Invalid, Unfetched
from calendar_service.domain.sources import Address, Answer, Asked, read_address
from calendar_service.fetching.reach import is_public

LARGEST = 5_000_000
CONNECT_SECONDS, ALL_SECONDS = 5.0, 30.0
MOST_REDIRECTS = 3
PIECE = 65_536
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], list[str]]


def agent_of(base_url: str) -> str:
    """How we say who asks, and where whoever minds finds us; some servers answer strangers with an error."""
    return f"Mozilla/5.0 (compatible; calendar-service; +{base_url})"


def resolved(host: str, port: int) -> list[str]:
    """Every address that a name has. Raises OSError."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Fetches with the manners of one installation, which `agent` names. `ports` moves those of a scheme, for tests."""

    agent: str
    resolve: Resolve = resolved
    may_reach: Callable[[str], bool] = is_public
    ports: Mapping[int, int] = field(default_factory=dict)
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    seconds: float = ALL_SECONDS

    def __call__(self, asked: Asked) -> Answer:
        """Ask. Raises Unfetched."""
        until = time.monotonic() + self.seconds
        try:
            return self._follow(read_address(asked.address), asked, until)
        except Invalid as wrong:
            raise Unfetched(wrong.problems[0].code) from wrong
        except (OSError, ValueError, HTTPException, zlib.error) as wrong:
            code = "source_insecure" if isinstance(wrong, ssl.SSLError) else "source_unreachable"
            raise Unfetched("source_slow" if time.monotonic() >= until else code) from wrong

    def _follow(self, address: Address, asked: Asked, until: float) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            with self._response(address, asked, until) as answer:
                if answer.status not in REDIRECTS:
                    taken = _taken(answer)
                    break
                address = address.onward(answer.getheader("Location") or "")
        else:
            raise Unfetched("source_redirects")
        if time.monotonic() >= until:  # the wire was shut, which reads as the body's end
            raise Unfetched("source_slow")
        return taken

    @contextmanager
    def _response(self, address: Address, asked: Asked, until: float) -> Iterator[HTTPResponse]:
        connection = self._connected(address, until)
        # A server that sends one byte a minute keeps every single read within its time: only the end of all helps.
        end = threading.Timer(max(0.0, until - time.monotonic()), _shut, [connection.sock])
        end.daemon = True
        end.start()
        try:
            connection.request("GET", address.path, headers=self._headers(address, asked))
            with connection.getresponse() as answer:  # the wire is the answer's own by now
                yield answer
        finally:
            end.cancel()
            connection.close()

    def _connected(self, address: Address, until: float) -> HTTPConnection:
        """A connection to the first of the judged addresses that answers. Raises Unfetched, OSError."""
        places = self.resolve(address.host, address.port)
        if not places or not all(map(self.may_reach, places)):
            raise Unfetched("source_inside")
        port = self.ports.get(address.port, address.port)
        wire = _opened(places, port, seconds=min(CONNECT_SECONDS, max(0.1, until - time.monotonic())))
        wire.settimeout(max(0.1, until - time.monotonic()))
        try:
            if address.scheme == "https":
                wire = self.trust().wrap_socket(wire, server_hostname=address.host.strip("[]"))
        except BaseException:
            wire.close()
            raise
        connection = HTTPConnection(address.host, address.port)
        connection.sock = wire
        return connection

    def _headers(self, address: Address, asked: Asked) -> dict[str, str]:
        given = {"If-None-Match": asked.etag, "If-Modified-Since": asked.changed}
        return {
            "Host": address.host, "User-Agent": self.agent, "Accept": "text/calendar, */*;q=0.1",
            "Accept-Encoding": "gzip", "Connection": "close", **{name: value for name, value in given.items() if value},
        }  # fmt: skip


def _opened(places: list[str], port: int, *, seconds: float) -> socket.socket:
    failed: OSError = OSError("no address")
    for place in places[:3]:
        try:
            return socket.create_connection((place, port), timeout=seconds)
        except OSError as wrong:
            failed = wrong
    raise failed


def _shut(wire: socket.socket | None) -> None:
    with suppress(OSError):
        if wire is not None:
            wire.shutdown(socket.SHUT_RDWR)


def _taken(answer: HTTPResponse) -> Answer:
    """What an answer says that leads nowhere else. Raises Unfetched."""
    etag, changed = (answer.getheader(name) or "" for name in ("ETag", "Last-Modified"))
    told = {"etag": _fit(etag), "changed": _fit(changed)}
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Answer(body=None, **told)
    if answer.status != HTTPStatus.OK:
        raise Unfetched("source_status", status=answer.status)
    coding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip"):
        raise Unfetched("source_coding")
    body = b"".join(_pieces(answer, inflated=coding != "identity"))
    if answer.length:
        raise Unfetched("source_cut_short")
    return Answer(body=body, **told)


def _fit(header: str) -> str:
    """A header's value as it may be sent back."""
    return header if len(header) <= 500 and header.isascii() and header.isprintable() else ""  # noqa: PLR2004


def _pieces(answer: HTTPResponse, *, inflated: bool) -> Iterator[bytes]:
    """The body in pieces, counted as it comes out. Raises Unfetched."""
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS) if inflated else None
    left = LARGEST
    while piece := answer.read1(PIECE):
        out = inflate.decompress(piece, left + 1) if inflate else piece
        left -= len(out)
        if left < 0 or (inflate and inflate.unconsumed_tail):
            raise Unfetched("source_too_big", size=LARGEST)
        yield out
    if inflate and not inflate.eof:
        raise Unfetched("source_cut_short")
