"""A feed's body, whose own date of change is no part of what may change (rule 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256


@dataclass(frozen=True)
class Body:
    """A body in the two halves between which its date of change stands.

    Versions are compared without that date. `dated` is what stands there, with a strftime form for UTC within;
    empty for a format that has no such place.
    """

    before: bytes
    after: bytes
    dated: str = ""

    def etag(self, changed: datetime) -> str:
        """The strong ETag (without quotes) of the body with that date of change."""
        return sha256(b"%s%d" % (self._digest, int(changed.timestamp()))).hexdigest()[:32]

    @cached_property
    def _digest(self) -> bytes:
        """Of all but the date: worked out once, however many dates are tried."""
        digest = sha256(b"%d." % len(self.before))
        digest.update(self.before)
        digest.update(self.after)
        return digest.digest()

    def written(self, changed: datetime) -> bytes:
        """The whole body."""
        return b"".join(
            (self.before, f"{changed.astimezone(UTC):{self.dated}}".encode() if self.dated else b"", self.after)
        )
