"""Lines of people who are gone: the system asks now and then whether anybody is still there.

granian waits for a body for ever. Of somebody whose phone lost the network while it sent, nothing comes any more, not
even an end; the thread that reads would be kept until the service is started anew.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

OWN = Path("/proc/self/fd")
ASKING = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4))
"""After a minute of silence, every quarter of one, four times."""


def notice_who_is_gone(port: int) -> None:
    """Of every line to a port of this process, and of those to come, as they take after the one that listens (Linux).

    Nothing is opened or closed here: to close a file that SQLite has open would end its locks.
    """
    with suppress(OSError):
        for each in OWN.iterdir():
            with suppress(OSError):
                if str(each.readlink()).startswith("socket:"):
                    _have_asked(int(each.name), port)


def _have_asked(number: int, port: int) -> None:
    line = socket.socket(fileno=number)
    try:
        if line.type == socket.SOCK_STREAM and line.family != socket.AF_UNIX and line.getsockname()[1] == port:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, value in ASKING:
                line.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
    finally:
        line.detach()
