"""The bodies that are asked for most, in memory: never more than so many bytes, whatever is asked for.

A body is known by its strong tag, which is a digest of it, so none here is ever out of date; which tag is the
present one says the database, for every poll anew.
"""

from __future__ import annotations

import threading

MEGABYTE = 1_000_000
MOST_BYTES = 12 * MEGABYTE
"""Room for the compressed bodies of a metropolis's districts and clusters, and for the plain ones that are read."""
LARGEST = MOST_BYTES // 6
"""A body above it would push out what many ask for; few programs ask for so much."""

Key = tuple[str, bool]
"""A tag, and whether it is the gzip of that body."""


class Shelf:
    """Two halves: what is read again from the older one moves to the newer; once that is full, the older one goes.

    So what is read often stays, and a reader takes no lock. Whoever holds bodies beside it lets go of them, and reads
    them here again, as often as the older half went (`turns`).
    """

    def __init__(self, most_bytes: int = MOST_BYTES, largest: int = LARGEST) -> None:
        self._half, self._largest = most_bytes // 2, largest
        self._newer: dict[Key, bytes] = {}
        self._older: dict[Key, bytes] = {}
        self._bytes = self.turns = 0
        self._desk = threading.Lock()

    def get(self, etag: str, *, packed: bool) -> bytes | None:
        """A body, if it stands here."""
        key = (etag, packed)
        found = self._newer.get(key)
        if found is None and (found := self._older.get(key)) is not None:
            self.put(etag, found, packed=packed)
        return found

    def put(self, etag: str, body: bytes, *, packed: bool) -> None:
        """Keep a body, unless it is too large."""
        key, size = (etag, packed), len(body)
        if size > self._largest:
            return
        with self._desk:
            if key in self._newer:
                return
            if self._bytes + size > self._half:
                self._older, self._newer, self._bytes = self._newer, {}, 0
                self.turns += 1
            self._newer[key] = body
            self._bytes += size

    @property
    def held(self) -> int:
        """How many bytes stand here; what stands in both halves counts once, as it is one and the same."""
        return sum(len(each) for each in (self._older | self._newer).values())
