"""Many calendars that ask at once, over connections that stay: what a request costs a server that has work to do.

One client that waits for each answer would measure how long a processor takes to wake up and to fill its caches anew.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

AT_ONCE = 16
CHUNK = 1 << 18
NO_BODY = (204, 304)
CLIENT = "Google-Calendar-Importer"


@dataclass(frozen=True, slots=True)
class Callers:
    """As many as ask at once, each over a line of its own that stays open."""

    port: int
    lines: Sequence[socket.socket]

    def ask(self, path: str, *, headers: Mapping[str, str], times: int) -> tuple[int, int]:
        """Ask so often, in rounds; the last answer's status and its body's size in bytes."""
        start = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUser-Agent: {CLIENT}"
        said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        questions = [f"{start} {caller}\r\n{said}\r\n".encode() for caller in range(len(self.lines))]
        answer = (0, 0)
        for round_ in range(0, times, len(self.lines)):
            answer = _round(list(zip(self.lines, questions, strict=True))[: times - round_])
        return answer


@contextmanager
def callers(port: int) -> Iterator[Callers]:
    """Callers of a server on this machine, while the block lasts."""
    with ExitStack() as stack:
        yield Callers(port, [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(AT_ONCE)
        ])  # fmt: skip


def _round(calls: Sequence[tuple[socket.socket, bytes]]) -> tuple[int, int]:
    for line, question in calls:
        line.sendall(question)
    return [_answer(line) for line, _ in calls][-1]


def _answer(line: socket.socket) -> tuple[int, int]:
    got = bytearray()
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += _more(line)
    head = bytes(got[:end])
    status, size = int(head[9:12]), len(got) - end - 4
    wanted = 0 if status in NO_BODY else _length(head)
    while size < wanted:
        size += len(_more(line))
    return status, size


def _more(line: socket.socket) -> bytes:
    piece = line.recv(CHUNK)
    if not piece:
        raise ConnectionError("the server hung up")
    return piece


def _length(head: bytes) -> int:
    lines = (each.partition(b":") for each in head.lower().split(b"\r\n"))
    return next(int(value) for name, _, value in lines if name == b"content-length")
