"""What the domain-name system says of the domain from which mails come: enough of RFC 1035 to ask for TXT records."""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

TXT, OPT, INTERNET = 16, 41, 1
ASKED_RECURSIVELY, TRUNCATED = 0x0100, 0x0200
NO_SUCH_NAME = 3
ROOM = 1232
"""Octets that an answer may have without being cut on its way (RFC 6891 section 6.2.5)."""
SECONDS = 3.0
POINTER = 0xC0

Place = tuple[str, int]
LookUp = Callable[[str], list[str]]


class NoAnswer(RuntimeError):
    """Nobody could be asked; the text says why."""


def resolvers() -> list[Place]:
    """Whom this machine asks (resolv.conf)."""
    with suppress(OSError):
        lines = (line.split() for line in Path("/etc/resolv.conf").read_text(encoding="ascii").splitlines())
        found = [(words[1], 53) for words in lines if len(words) > 1 and words[0] == "nameserver"]
        return found or [("127.0.0.1", 53)]
    return [("127.0.0.1", 53)]


def texts(name: str, *, servers: Sequence[Place], seconds: float = SECONDS) -> list[str]:
    """The TXT records of a name, each joined from its strings; none when there is no such name. Raises NoAnswer."""
    why = "no resolver is set"
    for server in servers:
        try:
            return _read(_ask(_question(name), server, seconds))
        except (OSError, ValueError, struct.error, IndexError) as wrong:
            why = f"{server[0]}: {str(wrong) or type(wrong).__name__}"
    raise NoAnswer(why)


def _question(name: str) -> bytes:
    labels = [label.encode("idna") for label in name.rstrip(".").split(".")]
    asked = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    header = struct.pack(">6H", secrets.randbelow(65536), ASKED_RECURSIVELY, 1, 0, 0, 1)
    return header + asked + struct.pack(">2H", TXT, INTERNET) + struct.pack(">B2HIH", 0, OPT, ROOM, 0, 0)


def _ask(question: bytes, server: Place, seconds: float) -> bytes:
    family = socket.AF_INET6 if ":" in server[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(seconds)
        line.connect(server)
        line.send(question)
        answer = line.recv(4096)
    if answer[:2] != question[:2]:
        raise ValueError("an answer to another question")
    return _ask_at_length(question, server, seconds) if struct.unpack(">H", answer[2:4])[0] & TRUNCATED else answer


def _ask_at_length(question: bytes, server: Place, seconds: float) -> bytes:
    """Over TCP, where an answer has no limit (RFC 1035 section 4.2.2)."""
    with socket.create_connection(server, timeout=seconds) as line, line.makefile("rb") as reading:
        line.sendall(struct.pack(">H", len(question)) + question)
        (length,) = struct.unpack(">H", reading.read(2))
        return reading.read(length)


def _read(answer: bytes) -> list[str]:
    _, flags, questions, answers, *_ = struct.unpack(">6H", answer[:12])
    if (code := flags & 0xF) not in (0, NO_SUCH_NAME):
        raise ValueError(f"refused with code {code}")
    at = 12
    for _ in range(questions):
        at = _after_name(answer, at) + 4
    return list(_records(answer, at, answers))


def _records(answer: bytes, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        at = _after_name(answer, at)
        kind, _, _, length = struct.unpack(">2HIH", answer[at : at + 10])
        at += 10
        if kind == TXT:
            yield b"".join(_strings(answer[at : at + length])).decode("utf-8", "replace")
        at += length


def _strings(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        yield data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]


def _after_name(answer: bytes, at: int) -> int:
    """Where a name ends: at its empty label, or at a pointer (RFC 1035 section 4.1.4)."""
    while answer[at]:
        if answer[at] >= POINTER:
            return at + 2
        at += 1 + answer[at]
    return at + 1
