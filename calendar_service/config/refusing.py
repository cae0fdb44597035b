"""What is said of a setting that makes no sense, and when it makes none."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit


class BadSetting(ValueError):
    """A setting is wrong; the text is one sentence that names it. The start ends with exit code 2."""


class UnwritableFolder(RuntimeError):
    """The data folder cannot be written: one sentence, exit code 1."""

    def __init__(self, folder: Path, wrong: OSError) -> None:
        super().__init__(f"CALENDAR_DATA_DIR: the folder {folder} cannot be written ({wrong.strerror})")


def refuse(name: str, why: str) -> NoReturn:
    """End the start with one sentence that begins with the setting's name. Raises BadSetting."""
    message = f"{name}: {why}"
    raise BadSetting(message)


def parted(url: str) -> SplitResult:
    """An address in its parts; nothing at all when its host or port cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def bare(address: str, name: str, *, like: str) -> str:
    """An address of mail without a name or brackets around it, as it was given. Raises BadSetting."""
    if address.count("@") != 1 or any(sign in address for sign in " <>\r\n,;"):
        refuse(name, f"{address!r} is not a bare address like {like}")
    return address
