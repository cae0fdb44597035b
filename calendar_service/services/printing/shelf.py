"""Things that take a while to make, kept as files in the data folder by what they were made of.

The name of a file is the digest of everything that it shows: what changed is another file, what did not is made
once, for every process. Few are made at a time; who would wait too long is told to come again (S30).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from uuid import uuid4

from calendar_service.domain.errors import Busy

MADE_AT_ONCE = BoundedSemaphore(1)
PATIENCE = 8.0
"""Seconds that somebody waits for her turn."""


def digest(said: Mapping[str, Any], *, version: str) -> str:
    """By what a thing made of this is known: equal content, equal name. `version` is that of its maker."""
    content = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return sha256(f"{version}\n{content}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of files of one kind, at most `room` of them."""

    folder: Path
    suffix: str
    room: int = 300

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The thing of this name, made now if it is not there. Raises Busy when too many want theirs made."""
        path = self.folder / f"{name}{self.suffix}"
        with suppress(OSError):
            return path.read_bytes()
        if not MADE_AT_ONCE.acquire(timeout=PATIENCE):
            raise Busy("busy")
        try:
            with suppress(OSError):  # somebody else made it meanwhile
                return path.read_bytes()
            made = make()
        finally:
            MADE_AT_ONCE.release()
        with suppress(OSError):  # a full disk costs time, never the answer
            self._keep(path, made)
        return made

    def _keep(self, path: Path, content: bytes) -> None:
        self.folder.mkdir(
            exist_ok=True
        )  # in a data folder that is there: none is made in the place of one that is gone
        fresh = path.with_suffix(f".{uuid4().hex[:8]}")
        fresh.write_bytes(content)
        fresh.replace(path)
        self._bound()

    def _bound(self) -> None:
        """When it is full, the oldest tenth goes."""
        there = [each for each in self.folder.iterdir() if each.suffix == self.suffix]
        if len(there) > self.room:
            for each in sorted(there, key=_age)[: len(there) - self.room * 9 // 10]:
                each.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
