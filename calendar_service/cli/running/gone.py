"""Lines of people who are gone, or who never end: what granian, which waits for a body for ever, does not look after.

Of somebody whose phone lost the network while it sent, nothing comes any more, not even an end; the thread that reads
would be kept until the service is started anew. So the system asks now and then whether anybody is still there. And who
sends so slowly that she keeps others from sending is hung up on.

Lines are found among the files that this process has open (Linux). Nothing is opened or closed: to close a file that
SQLite has open would end its locks.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

OWN = Path("/proc/self/fd")
ASKING = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
"""After a minute of silence, every quarter of one, four times."""
TCP_INFO = struct.Struct("=8B10I")
"""Its beginning."""


Peer = str
Line = socket.socket


def notice_who_is_gone(port: int) -> None:
    """Of every line to a port of this process, and of those to come, as they take after the one that listens."""
    _with_lines(port, _have_asked)


def hang_up(port: int, peer: Peer, *, silent: float) -> None:
    """On every line of a peer to a port of this process to which nothing was said for so many seconds: so on none that
    got an answer since. What had arrived is read, and then its end.
    """

    def end(line: Line) -> None:
        with suppress(OSError):
            if line.getpeername()[0] == peer and _silence(line) >= silent:
                line.shutdown(socket.SHUT_RD)

    _with_lines(port, end)


def _with_lines(port: int, do: Callable[[Line], None]) -> None:
    with suppress(OSError):
        for each in OWN.iterdir():
            with suppress(OSError):
                if str(each.readlink()).startswith("socket:"):
                    _with_line(int(each.name), port, do)


def _with_line(number: int, port: int, do: Callable[[Line], None]) -> None:
    line = socket.socket(fileno=number)
    try:
        if line.type == socket.SOCK_STREAM and line.family != socket.AF_UNIX and line.getsockname()[1] == port:
            do(line)
    finally:
        line.detach()


def _have_asked(line: Line) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ASKING:
        line.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)


def _silence(line: Line) -> float:
    """Seconds since we last said something on it: `tcpi_last_data_sent` of Linux's `struct tcp_info`, in ms."""
    told = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO.size)
    return float(TCP_INFO.unpack(told)[-1]) / 1000
