"""A feed's body, whose own date of change is no part of what may change (rule 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
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
        digest = sha256(self.before)
        digest.update(b"%d" % int(changed.timestamp()))
        digest.update(self.after)
        return digest.hexdigest()[:32]

    def written(self, changed: datetime) -> bytes:
        """The whole body."""
        return b"".join(
            (self.before, f"{changed.astimezone(UTC):{self.dated}}".encode() if self.dated else b"", self.after)
        )
