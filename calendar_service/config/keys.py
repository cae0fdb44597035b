"""The data folder and the keys in it: made once, private, whole at any moment (S51, R1)."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from calendar_service.config.refusing import UnwritableFolder, refuse

SECRET_BYTES = 32


def keys_in(text: bytes, where: str) -> tuple[bytes, ...]:
    """Keys parted by spaces or lines, today's first. One alone may have spaces in it. Raises BadSetting."""
    parts = tuple(text.split())
    if parts and all(len(each) >= SECRET_BYTES for each in parts):
        return parts
    return (_long_enough(text.strip(), where),)


def _long_enough(secret: bytes, where: str) -> bytes:
    if len(secret) < SECRET_BYTES:
        refuse(where, f"is shorter than {SECRET_BYTES} bytes")
    return secret


def secret_path(data_dir: Path) -> Path:
    """Where the keys are kept that no setting tells."""
    return data_dir / "secret"


def kept_secrets(data_dir: Path) -> tuple[bytes, ...]:
    """The keys kept in the data folder, the first made once with mode 600 (S51)."""
    path = secret_path(data_dir)
    try:
        if not path.exists():
            make_private_file(path, secrets.token_urlsafe(SECRET_BYTES))
    except OSError as wrong:
        raise UnwritableFolder(data_dir, wrong) from wrong
    try:
        return keys_in(path.read_bytes(), f"CALENDAR_DATA_DIR: the secret in {path}")
    except OSError as wrong:
        refuse("CALENDAR_DATA_DIR", f"the secret in {path} cannot be read ({wrong.strerror})")


def make_private_file(path: Path, text: str) -> None:
    """A file for the service alone (mode 600), made once: a file that is there already stays as it is.

    Appears whole or not at all: of two processes that start together one makes it, and both read the same.
    """
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def rotate_kept_secret(data_dir: Path) -> int:
    """Put a fresh key before those in the data folder; how many there are then. The file is always whole (R1)."""
    path = secret_path(data_dir)
    keys = [secrets.token_urlsafe(SECRET_BYTES), *(each.decode() for each in kept_secrets(data_dir))]
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    make_private_file(draft, "\n".join(keys) + "\n")
    draft.replace(path)
    sync_folder(data_dir)
    return len(keys)


def make_folder(data_dir: Path) -> None:
    """The data folder, for the service's own user and group alone: it holds people's addresses."""
    try:
        data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as wrong:
        raise UnwritableFolder(data_dir, wrong) from wrong
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise UnwritableFolder(data_dir, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def sync_folder(folder: Path) -> None:
    """A name survives a power cut once its folder was synced (R1)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
