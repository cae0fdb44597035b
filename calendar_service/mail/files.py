"""Mails as files, where no mail server is set: what a developer, or a demo, reads instead."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

from calendar_service.services.mails.sending.claiming import Parcel

log = logging.getLogger(__name__)
_UNSAFE = re.compile(r"[^A-Za-z0-9@.+-]")


class MailFolder:
    """Keeps each mail as `<UTC time>-<message-id>.eml`, readable by nobody else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, parcel: Parcel) -> None:
        """Keep one: written aside and renamed, so that nobody reads half a mail."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{parcel.claimed:%Y%m%dT%H%M%SZ}-{_UNSAFE.sub('', parcel.message_id)}.eml"
        half = self.folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(parcel.body)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self.folder / name)
        log.info("no mail server is set: the mail became a file", extra={"file": name})

    def expect(self, parcel: Parcel | None) -> None:
        """A folder needs not to know what comes."""

    def close(self) -> None:
        """There is nothing to hang up."""
