"""Files between their preview and their import: kept in the data folder for a day, for who brought them alone."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from calendar_service.domain.errors import Busy, Invalid
from calendar_service.services.secrets import hash_of, new_secret

KEPT = timedelta(days=1)
FOLDER = "imports"
_ENDING = re.compile(r"\.[a-z]{2,5}\Z")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def keep(folder: Path, data: bytes, *, name: str, officer_id: int, now: datetime) -> str:
    """Keep a file; the token by which its officer finds it again. Older files go. Raises Busy for a full disk."""
    token = new_secret()
    ending = _ENDING.search(name.lower())
    try:
        _keep(folder / FOLDER, hash_of(token), f"{_stem(token, officer_id)}{ending[0] if ending else ''}", data, now)
    except OSError as wrong:
        raise Busy("no_room") from wrong
    return token


def _keep(home: Path, draft_name: str, name: str, data: bytes, now: datetime) -> None:
    home.mkdir(mode=0o700, exist_ok=True)
    _tidy(home, now)
    draft = home / f".{draft_name}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    os.utime(draft, (now.timestamp(), now.timestamp()))
    draft.replace(home / name)


def find(folder: Path, token: str, *, officer_id: int) -> tuple[str, bytes]:
    """Name and bytes of a kept file. Raises Invalid when it is there no more, or is somebody else's."""
    path = _path(folder, token, officer_id)
    if path is None:
        raise Invalid.of("file", "import_file_gone")
    try:
        return path.name, path.read_bytes()
    except OSError as wrong:
        raise Invalid.of("file", "import_file_gone") from wrong


def drop(folder: Path, token: str, *, officer_id: int) -> None:
    """It is done with."""
    if path := _path(folder, token, officer_id):
        path.unlink(missing_ok=True)


def _stem(token: str, officer_id: int) -> str:
    return f"{officer_id}-{hash_of(token)}"


def _path(folder: Path, token: str, officer_id: int) -> Path | None:
    if not _TOKEN.match(token):
        return None
    return next(iter((folder / FOLDER).glob(f"{_stem(token, officer_id)}*")), None)


def _tidy(home: Path, now: datetime) -> None:
    oldest = (now - KEPT).timestamp()
    for path in home.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
