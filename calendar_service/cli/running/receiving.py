"""What is sent with a request is read in front of the application, whole, and with bounds.

granian lets a body go as soon as the thread that took it in is done, so that thread reads it, however slowly it comes.
It holds no lock, no session and no transaction meanwhile: the application only hears of what has arrived.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, NamedTuple, Protocol

from calendar_service.cli.running.behind import Behind, Exchange, Headers
from calendar_service.cli.running.gone import hang_up, notice_who_is_gone
from calendar_service.cli.running.seats import Seat, Seats

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

IN_MEMORY = 128_000
"""A larger body is put into a file that has no name."""
PIECE = 1 << 16
HEARD_OUT = 30_000_000
"""Who sends more than a door takes is told so after it was read: most programs hear nothing before they have ended.
Who sends even more is hung up on."""

TOO_MANY = """\
Llegan demasiados envíos a la vez. Vuelve atrás y envíalo otra vez en unos segundos.
Too much is being sent at once. Go back and send it again in a few seconds.
"""
CUT_OFF = """\
El envío no llegó completo. Envíalo otra vez.
What you sent did not arrive whole. Send it again.
"""
NO_ROOM = """\
El servicio no puede recibir nada por ahora, y nada se guardó. Vuelve atrás y envíalo otra vez más tarde.
The service can take nothing for now, and nothing was saved. Go back and send it again later.
"""
PLAIN: Headers = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]

log = logging.getLogger(__name__)


class Gate(NamedTuple):
    """What is asked about a request before anything of its body is read."""

    largest: Callable[[WSGIEnvironment], int]
    """How many bytes may come with it."""
    address: Callable[[WSGIEnvironment], str]
    """Who sends it."""


class Coming(NamedTuple):
    """How many bytes are to come, and whether they are wanted; of what is too large the door says so."""

    size: int
    is_wanted: bool


class Desk:
    """Reads what is sent, in the thread that calls, and hands it to those who do what it asks for."""

    def __init__(self, deeds: Behind, gate: Gate) -> None:
        self._deeds, self._gate, self._seats = deeds, gate, Seats()
        self._noticing = False

    def coming(self, environ: WSGIEnvironment) -> Coming | None:
        """What has to be read before anybody answers, if anything."""
        size = int(environ.get("CONTENT_LENGTH") or 0)  # the web server lets only digits in
        if not size:  # none, or a length that is not known, which no door takes
            return None
        if size <= self._gate.largest(environ):
            return Coming(size, is_wanted=True)
        return None if size > HEARD_OUT or "HTTP_EXPECT" in environ else Coming(size, is_wanted=False)

    def give(self, exchange: Exchange, environ: WSGIEnvironment, coming: Coming) -> None:
        """Read it and have it answered, or ask to come again."""
        if not self._noticing:
            self._noticing = True
            notice_who_is_gone(int(environ["SERVER_PORT"]))
        size = coming.size if coming.is_wanted else 0
        seat = Seat(self._gate.address(environ), size, peer=environ["REMOTE_ADDR"], began=time.monotonic())
        if not self._seats.take(seat):
            log.warning("too many send at once")
            self._make_room(int(environ["SERVER_PORT"]))
            exchange.response_bytes(503, [*PLAIN, ("Retry-After", "5")], TOO_MANY.encode())
            return
        with ExitStack() as stack:
            stack.callback(self._seats.leave, seat)
            kept = Kept()
            stack.callback(kept.close)
            if _read(environ["wsgi.input"], kept if coming.is_wanted else None, seat) < coming.size:
                exchange.response_bytes(400, PLAIN, CUT_OFF.encode())
            elif not kept.is_whole():
                log.error("no room on the disk for what is sent")
                exchange.response_bytes(503, [*PLAIN, ("Retry-After", "60")], NO_ROOM.encode())
            else:
                environ["wsgi.input"] = kept.file
                self._deeds.give(exchange, environ, done=stack.pop_all().close)

    def _make_room(self, port: int) -> None:
        """For who comes again: the slowest sender keeps nobody from sending for long. Of those behind a proxy, whose
        lines are the proxy's, none can be told from the others.
        """
        now = time.monotonic()
        slowest = self._seats.slowest(now)
        if slowest and slowest.peer == slowest.address:
            log.warning("hung up on who sends too slowly while others wait")
            hang_up(port, slowest.peer, silent=now - slowest.began - 1)


class Kept:
    """What arrived of a body. A full disk (R14) keeps nothing more, but all is read: who sends hears of it then."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever reads it may be another thread
        self._has_room = True

    def add(self, piece: bytes) -> None:
        """A piece more, if there was room for those before."""
        self._do(lambda: self.file.write(piece))

    def is_whole(self) -> bool:
        """Whether all of it is here, to be read from its beginning."""
        self._do(lambda: self.file.seek(0))
        return self._has_room

    def close(self) -> None:
        """It is done with."""
        with suppress(OSError):  # what found no room is tried once more
            self.file.close()

    def _do(self, step: Callable[[], int]) -> None:
        if self._has_room:
            try:
                step()
            except OSError:
                self._has_room = False


def _read(sent: Readable, into: Kept | None, seat: Seat) -> int:
    """How many bytes came until the end."""
    while piece := _next_piece(sent):
        seat.came += len(piece)
        if into:
            into.add(piece)
    return seat.came


def _next_piece(sent: Readable) -> bytes:
    """Nothing when the line broke, too."""
    try:
        return sent.read(PIECE)
    except OSError:
        return b""


class Readable(Protocol):
    """What granian gives to read from."""

    def read(self, size: int, /) -> bytes:
        """So many bytes, or what is left of them; waits for them to come."""
