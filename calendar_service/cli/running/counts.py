"""Room for what several web processes count together (`web.measuring`), in files that all of them can add up.

The library writes into them through memory. Where a disk is full, the system ends whoever writes so into a place that
was not given to her yet (SIGBUS); so the room is taken first, or nothing is counted (R14).
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from shutil import rmtree

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library looks for the folder when it is imported."""
KINDS = ("counter", "histogram")
ROOM = 1 << 19
"""Bytes for all that one process may ever count of a kind: some 3,000 numbers with their names."""

log = logging.getLogger(__name__)


def share(folder: Path) -> None:
    """Let the processes that come add up what they count; counts begin anew with each start."""
    rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        _take_room(folder)
    except OSError as wrong:
        log.error("no room for counts: each web process gives its own", extra={"problem": wrong.strerror})  # noqa: TRY400
        return
    os.environ[SHARED] = str(folder)


def take_room() -> bool:
    """Whether this process may count: there was room, and it is hers."""
    try:
        if folder := os.environ.get(SHARED):
            _take_room(Path(folder))
    except OSError as wrong:
        log.error("no room for counts: this process counts nothing", extra={"problem": wrong.strerror})  # noqa: TRY400
        return False
    return True


def _take_room(folder: Path) -> None:
    """For the files that the library will open. Raises OSError."""
    for kind in KINDS:
        with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM)
