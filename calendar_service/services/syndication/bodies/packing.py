"""gzip that is put together: a body falls into groups of events, and each group is deflated once (RFC 1951, 1952).

Where a group begins follows from the UID of its first event, once the one before has some events. So a change makes
one group another, seldom two or three, and what was deflated of the others is taken from the gzip before. The bytes
are a function of the body: whoever packs it, and whatever was there before, they are the same.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast

LEVEL = 6
LEAST, APART = 16, 16
"""Events in a group: at least so many, and on average so many more. Smaller ones take more bytes, larger ones more work
for each change; and where all sizes were as likely, most changes would fall into the large ones.
"""
LONGEST = 1_000_000
"""Bytes of a group, where no event begins one."""
MARGIN = 2_000
"""Bytes that are longer than any beginning of an event, so that none is overlooked at the end of what was read."""
MOST_OPEN = 128
"""Files that a process keeps open."""

_EVENT, _LINE = b"\r\nBEGIN:VEVENT\r\nUID:", b"\r\n"
_HEADER = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_LAST_BLOCK = b"\x03\0"


class Group(NamedTuple):
    """Where a deflated group lies in a gzip."""

    start: int
    length: int


class Packed:
    """A gzip that was made, and the groups in it by digest: its bytes, or its file, which stays open though its name
    may go.
    """

    def __init__(self, source: bytes | Path, groups: dict[bytes, Group]) -> None:
        self._groups = groups
        self._source: bytes | int = source if isinstance(source, bytes) else os.open(source, os.O_RDONLY)

    def __del__(self) -> None:
        if isinstance(getattr(self, "_source", None), int):
            os.close(cast("int", self._source))

    def find(self, digest: bytes) -> bytes | None:
        """A deflated group, if it is in it."""
        found = self._groups.get(digest)
        if found is None:
            return None
        if isinstance(self._source, bytes):
            return self._source[found.start : found.start + found.length]
        deflated = os.pread(self._source, found.length, found.start)
        return deflated if len(deflated) == found.length else None


class Packing:
    """One gzip on its way; `groups` is told once all of it is written."""

    def __init__(self, former: Packed | None) -> None:
        self._former = former
        self.groups: dict[bytes, Group] = {}

    def pack(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The gzip of a body, piece by piece."""
        yield _HEADER
        check, size, at = 0, 0, len(_HEADER)
        for group in groups_of(blocks):
            check, size = zlib.crc32(group, check), size + len(group)
            digest = sha256(group).digest()[:16]
            deflated = (self._former and self._former.find(digest)) or _deflated(group)
            self.groups[digest] = Group(at, len(deflated))
            at += len(deflated)
            yield deflated
        yield _LAST_BLOCK
        yield check.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")


def packed_of(body: bytes) -> bytes:
    """The gzip of a body that is in hand."""
    return b"".join(Packing(None).pack((body,)))


def groups_of(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """A body in groups, whatever the blocks in which it comes."""
    held, at, events = b"", 0, 0
    for block in blocks:
        held += block
        begin = 0
        while (found := held.find(_EVENT, at)) >= 0 and (end := held.find(_LINE, found + len(_EVENT))) >= 0:
            at, events = end, events + 1
            if events > LEAST and zlib.crc32(held[found + len(_EVENT) : end]) % APART == 0:
                begins = found + len(_LINE)
                yield from _cut(held[begin:begins])
                begin, events = begins, 1
        held, at = held[begin:], at - begin
        while len(held) > LONGEST + MARGIN:
            yield held[:LONGEST]
            held, at = held[LONGEST:], max(0, at - LONGEST)
    yield from _cut(held)


def _cut(group: bytes) -> Iterator[bytes]:
    return (group[start : start + LONGEST] for start in range(0, len(group), LONGEST))


def _deflated(group: bytes) -> bytes:
    """By itself, and ended so that another may follow."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(group) + packer.flush(zlib.Z_FULL_FLUSH)


class Packs:
    """The latest gzip of each of the feeds that were packed last."""

    def __init__(self, most: int = MOST_OPEN) -> None:
        self._most = most
        self._of: dict[str, Packed] = {}
        self._desk = threading.Lock()

    def get(self, key: str) -> Packed | None:
        """The one of a feed."""
        return self._of.get(key)

    def put(self, key: str, packed: Packed) -> None:
        """Hold it in the place of the one before."""
        with self._desk:
            self._of.pop(key, None)
            self._of[key] = packed  # the latest is last
            while len(self._of) > self._most:
                del self._of[next(iter(self._of))]

    def drop(self, key: str) -> None:
        """Hold none of a feed."""
        with self._desk:
            self._of.pop(key, None)
