"""The files of pictures: `uploads/pictures/<two signs>/<digest>/card.webp` in the data folder.

A picture's folder is written beside its place, brought to the disk and renamed, so that it is there wholly or not at
all; the row that names it comes later (R1).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from calendar_service.config.keys import sync_folder
from calendar_service.domain.errors import Busy
from calendar_service.domain.posting.pictures import FORMATS, SIZES

log = logging.getLogger(__name__)

FOLDER = Path("uploads") / "pictures"
NAMES = frozenset(f"{size}.{ending}" for size in SIZES for ending in FORMATS)


def put(data_dir: Path, digest: str, files: Mapping[str, bytes]) -> None:
    """Keep the files of a picture; what is there already is the same. Raises Busy when the disk takes nothing."""
    place = _place(data_dir, digest)
    if place.is_dir():
        return
    try:
        _put(place, files, data_dir=data_dir)
    except OSError as wrong:
        log.error("a picture could not be kept", extra={"problem": type(wrong).__name__})  # noqa: TRY400 - no frames
        raise Busy("no_room") from wrong


def _put(place: Path, files: Mapping[str, bytes], *, data_dir: Path) -> None:
    """No data folder is made in the place of one that is gone."""
    data_dir.stat()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(mkdtemp(prefix=".new-", dir=place.parent))
    try:
        for name, content in files.items():
            _write(draft / name, content)
        sync_folder(draft)
        draft.rename(place)
        sync_folder(place.parent)
    except OSError:
        rmtree(draft, ignore_errors=True)
        if not place.is_dir():  # somebody else may just have kept the same one
            raise


def read(data_dir: Path, digest: str, name: str) -> bytes | None:
    """A file of a picture, None when it is not there. `name` is one of NAMES, `digest` hexadecimal.

    A picture that was kept before there was a smallest size gives the next one.
    """
    if name not in NAMES or not digest.isalnum():
        return None
    with suppress(OSError):
        return (_place(data_dir, digest) / name).read_bytes()
    return read(data_dir, digest, name.replace("mini", "thumb")) if name.startswith("mini") else None


def remove(data_dir: Path, digest: str) -> None:
    """Take a picture away."""
    with suppress(OSError):
        rmtree(_place(data_dir, digest))


def _place(data_dir: Path, digest: str) -> Path:
    return data_dir / FOLDER / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
