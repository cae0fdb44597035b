"""A feed's body, whose own date of change is no part of what may change (rule 3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256

AT_ONCE = 128
"""Pieces that are put together on their way out: each alone would cost more than its bytes."""


@dataclass(frozen=True)
class Body:
    """A body in the two halves between which its date of change stands; the second one in pieces, as it may be large.

    Versions are compared without that date. `dated` is what stands there, with a strftime form for UTC within;
    empty for a format that has no such place.
    """

    before: bytes
    after: Sequence[bytes] = ()
    dated: str = ""

    def etag(self, changed: datetime) -> str:
        """The strong ETag (without quotes) of the body with that date of change."""
        return sha256(b"%s%d" % (self._digest, int(changed.timestamp()))).hexdigest()[:32]

    @cached_property
    def _digest(self) -> bytes:
        """Of all but the date: worked out once, however many dates are tried."""
        digest = sha256(b"%d." % len(self.before))
        digest.update(self.before)
        for block in self._blocks():
            digest.update(block)
        return digest.digest()

    @cached_property
    def size(self) -> int:
        """In bytes, without the date."""
        return len(self.before) + sum(map(len, self.after))

    def written(self, changed: datetime) -> bytes:
        """The whole body."""
        return b"".join((self.before, self._date(changed), *self.after))

    def blocks(self, changed: datetime) -> Iterator[bytes]:
        """The same in blocks, so that nobody has to hold it twice."""
        yield self.before + self._date(changed)
        yield from self._blocks()

    def _date(self, changed: datetime) -> bytes:
        return f"{changed.astimezone(UTC):{self.dated}}".encode() if self.dated else b""

    def _blocks(self) -> Iterator[bytes]:
        return (b"".join(self.after[start : start + AT_ONCE]) for start in range(0, len(self.after), AT_ONCE))
