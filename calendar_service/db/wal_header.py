"""The head of the memory that SQLite's connections share (`…-shm`): another one after every commit of whoever.

SQLite itself looks at it at the beginning of every reading, and so finds out whether what it has read before still
holds (https://sqlite.org/walformat.html). Looking at it here spares a question that costs as much as all the rest of
an answer.

A descriptor of this file must never be closed: all locks that the process holds on it would end with that, those of
other connections among them, and the database could be damaged ("How To Corrupt An SQLite Database File", 2.2). So it
is opened once for each such file, of which a process that serves sees one, and kept until the process is no more.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import threading
from pathlib import Path

LENGTH = 96
"""Two copies of the index's header; while they are written they differ from what they were, and from each other."""

_kept: dict[tuple[int, int], mmap.mmap] = {}
_desk = threading.Lock()


def header_of(database: str) -> mmap.mmap | None:
    """The memory of a database that this process has open, and keeps open: SQLite takes the file away with its last
    connection. None where there is none to look at.
    """
    path = f"{database}-shm"
    with _desk:
        try:
            found = Path(path).stat()
            if found.st_size < mmap.PAGESIZE:
                return None
            key = found.st_dev, found.st_ino
            return _kept[key] if key in _kept else _kept.setdefault(key, _opened(path))
        except (OSError, ValueError):
            return None


def _opened(path: str) -> mmap.mmap:
    number = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))  # never closed: see above
    header = mmap.mmap(number, mmap.PAGESIZE, access=mmap.ACCESS_READ)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(header))  # which holds another descriptor: not even when Python ends
    return header
