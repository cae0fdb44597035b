"""Copies of feeds' bodies as files in the data folder, each beside its gzip: made once per version, served from any
process, and all there is while the database is away, also after a restart (R13).

A file is named by feed, ETag and date of change, and written whole before it has that name; so whoever opens
one reads all of it. The bodies of named feeds stay until a newer one is there; of others a bounded number does.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from calendar_service.services.syndication.composing import Version

MAX_OTHERS = 1_000
LEVEL = 6
_NAME = re.compile(r"(?P<key>[0-9a-f]{40})\.(?P<etag>[0-9a-f]{32})\.(?P<changed>\d{1,12})\.body")


@dataclass(frozen=True, slots=True)
class Copy:
    """A body that lies in a file; its gzip lies beside it once somebody has asked for it."""

    path: Path
    version: Version

    def read(self, *, packed: bool) -> bytes:
        """The bytes; gzip when `packed`. Raises FileNotFoundError when there is none (any more)."""
        return (self.path.with_suffix(".gz") if packed else self.path).read_bytes()

    def pack(self) -> bytes:
        """Make the gzip, for every later reader of this version. Raises OSError."""
        packed = gzip.compress(self.read(packed=False), LEVEL, mtime=0)
        with suppress(OSError):  # a full disk: the next reader makes it again
            _write(self.path.with_suffix(".gz"), packed)
        return packed

    @property
    def made(self) -> float:
        """When the file was written (seconds since 1970)."""
        return self.path.stat().st_mtime


class Copies:
    """The folder of copies: `named` are the feeds of which one is always kept, `others` any other."""

    def __init__(self, folder: Path) -> None:
        self._named, self._others = folder / "named", folder / "others"
        for each in (self._named, self._others):
            with suppress(OSError):  # a disk that refuses costs speed, never an answer
                each.mkdir(parents=True, exist_ok=True)

    def find(self, key: str, version: Version) -> Copy | None:
        """The copy of a version, if there is one here."""
        name = _name(key, version)
        paths = (self._named / name, self._others / name)
        return next((Copy(path, version) for path in paths if path.exists()), None)

    def latest(self, key: str) -> Copy | None:
        """The newest copy of a feed, whatever its version."""
        return max(self._of(key), key=lambda each: (each.version.changed, each.made), default=None)

    def keep(self, key: str, version: Version, body: bytes, *, named: bool) -> Copy:
        """Write a body, then drop the older ones of that feed. Raises OSError for a full disk."""
        if found := self.find(key, version):
            return found
        folder = self._named if named else self._others
        path = folder / _name(key, version)
        _write(path, body)
        for other in self._of(key):
            if other.path != path and other.version.changed <= version.changed:
                _drop(other.path)
        if not named:
            self._bound()
        return Copy(path, version)

    def _of(self, key: str) -> Iterator[Copy]:
        for folder in (self._named, self._others):
            for path in folder.glob(f"{key}.*.body"):
                if found := _NAME.fullmatch(path.name):
                    changed = datetime.fromtimestamp(int(found["changed"]), UTC)
                    yield Copy(path, Version(etag=found["etag"], changed=changed))

    def _bound(self) -> None:
        """Keep only the latest of what nobody is promised a copy of."""
        paths = list(self._others.glob("*.body"))
        if len(paths) > MAX_OTHERS:
            by_age = sorted(paths, key=_age)
            for path in by_age[: len(paths) - MAX_OTHERS * 9 // 10]:
                _drop(path)


def _name(key: str, version: Version) -> str:
    return f"{key}.{version.etag}.{int(version.changed.timestamp())}.body"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _drop(path: Path) -> None:
    for each in (path, path.with_suffix(".gz")):
        each.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also through a power cut (R1)."""
    fresh = path.with_name(f"{path.name}.{uuid4().hex[:8]}.new")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync_folder(path.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
