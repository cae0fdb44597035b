"""Copies of feeds' bodies as files in the data folder, each beside its gzip: made once per version, served from any
process, and all there is while the database is away, also after a restart (R13).

A file is named by feed, ETag and date of change, and written whole before it has that name; so whoever opens one
reads all of it. No answer waits for the disk: its bytes are given from memory until the file is there, some seconds
later, so that of versions that follow each other quickly the last one alone is written (`later`). The bodies of named
feeds stay until a newer one is there; of others a bounded number does.
"""

from __future__ import annotations

import itertools
import logging
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from calendar_service.services.syndication.bodies.composing import Version
from calendar_service.services.syndication.bodies.later import Coming, Later
from calendar_service.services.syndication.bodies.packing import Group, Packed, Packing, Packs
from feeds.body import Body, Piece, Stretch

LARGEST_IN_HAND = 4_000_000
"""Bytes of a body above which the disk is waited for: many such in memory would be more than there is."""
MOST_COMING = 14_000_000
"""Bytes that are held while they are on their way into files; beyond that whoever comes waits for the disk."""
BLOCK = 1 << 18
MAX_OTHERS = 1_000
_NAME = re.compile(r"(?P<key>[0-9a-f]{40})\.(?P<etag>[0-9a-f]{32})\.(?P<changed>\d{1,12})\.body")

_NUMBERS = itertools.count()
log = logging.getLogger(__name__)


class Opened(NamedTuple):
    """How large a body is, and how to take a piece out of it."""

    size: int
    cut: Callable[[int, int], Piece]
    close: Callable[[], None]
    """To be called when the pieces were used."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A body that lies in a file; its gzip lies beside it once somebody has asked for it."""

    file: str
    version: Version
    body: bytes | None = None
    """The bytes while they are on their way into the file."""

    @property
    def path(self) -> Path:
        """Where."""
        return Path(self.file)

    @property
    def key(self) -> str:
        """Of which feed."""
        return self.path.name.partition(".")[0]

    def read(self, *, packed: bool) -> bytes:
        """The bytes; gzip when `packed`. Raises FileNotFoundError when there is none (any more)."""
        if self.body is not None and not packed:
            return self.body
        return (self.path.with_suffix(".gz") if packed else self.path).read_bytes()

    @property
    def is_large(self) -> bool:
        """Whether it is too much to be held in memory. Raises OSError."""
        return self.body is None and self.path.stat().st_size > LARGEST_IN_HAND

    def blocks(self, *, packed: bool) -> tuple[int, Iterator[bytes]]:
        """How many bytes a large one has, and those in blocks. Raises FileNotFoundError."""
        file = (self.path.with_suffix(".gz") if packed else self.path).open("rb", buffering=0)
        return os.fstat(file.fileno()).st_size, _Blocks(file)

    @property
    def made(self) -> float:
        """When the file was written (seconds since 1970); infinity while it is on its way."""
        return math.inf if self.body is not None else self.path.stat().st_mtime


class _Packed(NamedTuple):
    """The gzip of a body while it is on its way into the file beside it, and the groups in it."""

    path: Path
    body: bytes
    groups: dict[bytes, Group]

    def written(self) -> Packed:
        """In its file. Raises OSError; FileNotFoundError where its body has no file (any more)."""
        path = self.path.with_suffix(".gz")
        self.path.stat()
        _write(path, (self.body,))
        try:
            self.path.stat()
            return Packed(path, self.groups)
        except FileNotFoundError:  # a newer one took its place: nobody would look for this one
            path.unlink(missing_ok=True)
            raise


class Copies:
    """The folder of copies: `named` are the feeds of which one is always kept, `others` any other."""

    def __init__(self, folder: Path) -> None:
        self._named, self._others = folder / "named", folder / "others"
        self._folders = {True: str(self._named), False: str(self._others)}
        for each in (self._named, self._others):
            with suppress(OSError):  # a disk that refuses costs speed, never an answer
                each.mkdir(parents=True, exist_ok=True)
        self._lying: dict[str, Copy] = {}
        self.at_hand: Callable[[str], bytes | None] = lambda _: None
        """Where else a body may stand in memory, by its tag."""
        self._later, self._packs = Later(), Packs()
        self._coming: Coming[Copy] = Coming(self._later, self._write_down)
        self._packed: Coming[_Packed] = Coming(self._later, self._write_packed_down)

    def find(self, key: str, version: Version) -> Copy | None:
        """The copy of a version, if there is one here."""
        coming = self._coming.get(key)
        return coming if coming and coming.version == version else self._in_file(key, version)

    def _in_file(self, key: str, version: Version) -> Copy | None:
        files = (self._file(key, version, named=named) for named in (True, False))
        return next((Copy(file, version) for file in files if os.path.exists(file)), None)  # noqa: PTH110 - see there

    def opened(self, key: str, version: Version, *, named: bool) -> Opened:
        """The body of a version to take pieces from, until it is closed: of a large one they stay in its file.

        Raises OSError where there is none here.
        """
        coming = self._coming.get(key)
        body = coming.body if coming and coming.version == version else self.at_hand(version.etag)
        if body:
            return _in_memory(body)
        file = open(self._file(key, version, named=named), "rb", buffering=0)  # noqa: PTH123, SIM115 - see there; closed by who uses it
        size = os.fstat(file.fileno()).st_size
        if size > LARGEST_IN_HAND:
            return Opened(size, lambda start, stop: Stretch(file, start, stop - start), file.close)
        with file:
            return _in_memory(file.read(size))

    def latest(self, key: str) -> Copy | None:
        """The newest copy of a feed, whatever its version."""
        coming = self._coming.get(key)
        lying = self._of(key, self._named, self._others)
        return coming or max(lying, key=lambda each: (each.version.changed, each.made), default=None)

    def keep(self, key: str, version: Version, body: Body, *, named: bool) -> Copy:
        """Keep a body, soon in a file. Raises OSError where a large one finds the disk full."""
        if body.size > LARGEST_IN_HAND or body.size > self._room():
            self._coming.drop(key)
            return self.write(key, version, body.blocks(version.changed), named=named)
        copy = Copy(self._file(key, version, named=named), version, body.written(version.changed))
        self._coming.put(key, copy)
        return copy

    def _room(self) -> int:
        bodies = [each.body or b"" for each in self._coming.items()] + [each.body for each in self._packed.items()]
        return MOST_COMING - sum(map(len, bodies))

    def pack(self, copy: Copy) -> bytes:
        """Make the gzip of a copy, for every later reader of this version. Raises OSError."""
        held = self._packed.get(copy.key)
        if held and held.path == copy.path:
            return held.body
        packing = Packing(self._packs.get(copy.key))
        packed = b"".join(packing.pack((copy.read(packed=False),)))
        if len(packed) <= self._room():
            self._packs.put(copy.key, Packed(packed, packing.groups))
            self._packed.put(copy.key, _Packed(copy.path, packed, packing.groups))
        return packed

    def pack_large(self, copy: Copy) -> None:
        """The same of a large one, never holding more than a group of events. Raises OSError."""
        packing = Packing(self._packs.get(copy.key))
        path = copy.path.with_suffix(".gz")
        _write(path, packing.pack(copy.blocks(packed=False)[1]))
        self._packs.put(copy.key, Packed(path, packing.groups))

    def finish(self) -> None:
        """Write here and now what nobody has begun to write."""
        self._later.finish()

    def _write_down(self, key: str, copy: Copy) -> None:
        try:
            self.write(key, copy.version, (copy.body or b"",), named=copy.path.parent == self._named)
        except OSError as wrong:
            log.warning("the copy of a feed was not kept", extra={"error": type(wrong).__name__})

    def _write_packed_down(self, key: str, packed: _Packed) -> None:
        """After its body, which came first; where a newer one lies there it is worth nothing."""
        try:
            self._packs.put(key, packed.written())
        except OSError:  # a full disk, or another version: the next reader makes it again
            self._packs.drop(key)

    def write(self, key: str, version: Version, body: Iterable[bytes], *, named: bool) -> Copy:
        """Write a body, then drop the older ones of that feed. Raises OSError for a full disk."""
        copy = Copy(self._file(key, version, named=named), version)
        if copy.path.exists():
            return copy
        try:
            _write(copy.path, body)
        except FileNotFoundError:  # somebody took the folder away: the next one finds it again
            self._make_folders()
            raise
        self._drop_older(copy)
        if named:
            self._lying[key] = copy
        else:
            self._bound()
        return copy

    def _drop_older(self, copy: Copy) -> None:
        """The one that this process wrote before; all are looked for where another process took that away."""
        last = self._lying.get(copy.key)
        if last and last.version.changed <= copy.version.changed and _drop(last.path):
            return
        for other in self._of(copy.key, copy.path.parent):
            if other.path != copy.path and other.version.changed <= copy.version.changed:
                _drop(other.path)

    def _make_folders(self) -> None:
        """In a data folder that is there: none is made in the place of one that is gone."""
        for each in (self._named.parent, self._named, self._others):
            with suppress(OSError):
                each.mkdir(exist_ok=True)

    def _file(self, key: str, version: Version, *, named: bool) -> str:
        """A text: paths take longer, and this is done for every version of every feed."""
        return f"{self._folders[named]}/{_name(key, version)}"

    @staticmethod
    def _of(key: str, *folders: Path) -> Iterator[Copy]:
        for folder in folders:
            for name in _names_in(folder):
                if name.startswith(key) and (found := _NAME.fullmatch(name)):
                    changed = datetime.fromtimestamp(int(found["changed"]), UTC)
                    yield Copy(f"{folder}/{name}", Version(etag=found["etag"], changed=changed))

    def _bound(self) -> None:
        """Keep only the latest of what nobody is promised a copy of."""
        paths = list(self._others.glob("*.body"))
        if len(paths) > MAX_OTHERS:
            by_age = sorted(paths, key=_age)
            for path in by_age[: len(paths) - MAX_OTHERS * 9 // 10]:
                _drop(path)


def _in_memory(body: bytes) -> Opened:
    pieces = memoryview(body)
    return Opened(len(body), lambda start, stop: pieces[start:stop], lambda: None)


def _name(key: str, version: Version) -> str:
    return f"{key}.{version.etag}.{int(version.changed.timestamp())}.body"


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [each.name for each in found]
    except OSError:
        return []


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _drop(path: Path) -> bool:
    """A body and its gzip; whether the body was there."""
    path.with_suffix(".gz").unlink(missing_ok=True)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


class _Blocks:
    """A file block by block, closed at its end, or by whoever does not read on: of a HEAD nothing is read."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = b"" if self._file.closed else self._file.read(BLOCK)
        if not block:
            self.close()
            raise StopIteration
        return block

    def close(self) -> None:
        """As WSGI asks of what it is given."""
        self._file.close()


def _write(path: Path, content: Iterable[bytes]) -> None:
    """Whole or not at all, also through a power cut (R1): what has the name has been on the disk before. The name is
    not waited for; where it is lost, the copy before still has its own.
    """
    fresh = f"{path}.{os.getpid()}-{next(_NUMBERS)}.new"
    try:
        with open(fresh, "wb") as file:  # noqa: PTH123 - for every version of every feed: a path takes longer
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)  # noqa: PTH105 - see above
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
