"""A feed's body, whose own date of change is no part of what may change (rule 3)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from io import FileIO
from typing import cast

AT_ONCE = 128
"""Pieces that are put together on their way out: each alone would cost more than its bytes."""
BLOCK = 1 << 18
DIGEST_SIZE = 16


def digest_of(text: bytes) -> bytes:
    """By which a text is told from every other."""
    return blake2b(text, digest_size=DIGEST_SIZE).digest()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a file that is open, too large to be held in memory."""

    file: FileIO
    start: int
    length: int

    def __len__(self) -> int:
        return self.length

    def blocks(self) -> Iterator[bytes]:
        """Its bytes. Raises OSError when the file is shorter."""
        at, end = self.start, self.start + self.length
        while at < end:
            block = os.pread(self.file.fileno(), min(BLOCK, end - at), at)
            if not block:
                raise OSError("a file is shorter than it was")
            at += len(block)
            yield block


Piece = bytes | memoryview | Stretch


@dataclass(frozen=True)
class Body:
    """A body in the two halves between which its date of change stands; the second one in pieces, as it may be large.

    Versions are compared without that date. `dated` is what stands there, with a form within for the numbers from
    year to second, in UTC; empty for a format that has no such place. `digests` are of the texts that the second half
    is made of, in order, however it lies in pieces; without any its bytes are what is compared.
    """

    before: bytes
    after: Sequence[Piece] = ()
    dated: bytes = b""
    digests: Sequence[bytes] = ()

    def etag(self, changed: datetime) -> str:
        """The strong ETag (without quotes) of the body with that date of change."""
        return digest_of(b"%s%d" % (self._digest, int(changed.timestamp()))).hex()

    @cached_property
    def _digest(self) -> bytes:
        """Of all but the date: worked out once, however many dates are tried."""
        digest = blake2b(b"%d." % len(self.before))
        digest.update(self.before)
        for block in (b"".join(self.digests),) if self.digests else self._blocks():
            digest.update(block)
        return digest.digest()

    @cached_property
    def size(self) -> int:
        """In bytes, without the date."""
        return len(self.before) + sum(map(len, self.after))

    def length(self, changed: datetime) -> int:
        """In bytes, with that date."""
        return self.size - len(self.before) + len(self._beginning(changed))

    def written(self, changed: datetime) -> bytes:
        """The whole body."""
        if any(isinstance(piece, Stretch) for piece in self.after):
            return b"".join(self.blocks(changed))
        return b"".join((self._beginning(changed), *cast("Sequence[bytes]", self.after)))

    def blocks(self, changed: datetime) -> Iterator[bytes]:
        """The same in blocks, so that nobody has to hold it twice."""
        yield self._beginning(changed)
        yield from self._blocks()

    def _beginning(self, changed: datetime) -> bytes:
        if not self.dated:
            return self.before
        utc = changed.astimezone(UTC)
        return self.before + self.dated % (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)

    def _blocks(self) -> Iterator[bytes]:
        held: list[bytes | memoryview] = []
        for piece in self.after:
            if not isinstance(piece, Stretch):
                held.append(piece)
                if len(held) < AT_ONCE:
                    continue
            yield b"".join(held)
            held.clear()
            if isinstance(piece, Stretch):
                yield from piece.blocks()
        yield b"".join(held)
