"""Reads spreadsheets, .xlsx and .ods: looked into before they are unpacked, parsed in a process of their own (S38)."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from calendar_service.domain.errors import Invalid
from calendar_service.domain.posting.drafts import Reading, Receiver
from feeds.tables import sheet_child
from feeds.tables.rows_reader import LOOK_FOR_HEADINGS, read_rows

MOST_PARTS = 200
MOST_UNPACKED = 50_000_000
MOST_RATIO = 100
SMALL = 1_000_000
"""What is smaller than this unpacked may be packed as tightly as it likes."""
CHUNK = 1_000_000
PATIENCE = 30.0
"""Seconds on the wall, should the machine be slow; the process itself has fewer of the processor's."""
ENCRYPTED = 0x1
STORED, DEFLATED = 0, 8
LOCAL_HEADER = 30
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LONGEST_MARK = 10


def read_sheet(data: bytes, *, receiver: Receiver) -> Reading:
    """Read the first sheet that is shown. Raises Invalid when it is none, hides something, or holds too much."""
    check_package(data)
    return read_rows(_rows(data, most=receiver.most + LOOK_FOR_HEADINGS), receiver=receiver)


def check_package(data: bytes) -> None:
    """Unpack under a counter, keeping nothing: sizes that the package declares are not believed. Raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as wrong:
        raise Invalid.of("file", "import_sheet_damaged") from wrong
    if len(parts) > MOST_PARTS:
        raise Invalid.of("file", "import_sheet_too_big")
    left = MOST_UNPACKED
    for part in parts:
        left -= _unpacked_size(data, part, left)


def _unpacked_size(data: bytes, part: zipfile.ZipInfo, left: int) -> int:
    """How much a part really unpacks to. Raises Invalid beyond `left`, packed too tightly, or with a DTD in it."""
    if part.flag_bits & ENCRYPTED or part.compress_type not in (STORED, DEFLATED):
        raise Invalid.of("file", "import_sheet_locked")
    size, before = 0, b""
    try:
        for chunk in _unpacked(_packed(data, part), part.compress_type):
            size += len(chunk)
            if size > left or size > max(SMALL, MOST_RATIO * max(1, part.compress_size)):
                raise Invalid.of("file", "import_sheet_too_big")
            if _ENTITIES.search(before + chunk):
                raise Invalid.of("file", "import_sheet_damaged")
            before = chunk[-_LONGEST_MARK:]
    except zlib.error as wrong:
        raise Invalid.of("file", "import_sheet_damaged") from wrong
    return size


def _packed(data: bytes, part: zipfile.ZipInfo) -> memoryview:
    """The packed bytes of a part: behind its local header, whose name and extra field have lengths of their own."""
    header = data[part.header_offset : part.header_offset + LOCAL_HEADER]
    if len(header) < LOCAL_HEADER:
        raise Invalid.of("file", "import_sheet_damaged")
    start = part.header_offset + LOCAL_HEADER + int.from_bytes(header[26:28], "little")
    start += int.from_bytes(header[28:30], "little")
    return memoryview(data)[start : start + part.compress_size]


def _unpacked(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == STORED:
        yield bytes(packed)
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting: bytes | memoryview = packed
    while chunk := inflate.decompress(waiting, CHUNK):
        yield chunk
        waiting = inflate.unconsumed_tail


def _rows(data: bytes, *, most: int) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number in the sheet. Raises Invalid."""
    command = [sys.executable, "-I", str(Path(sheet_child.__file__)), str(most)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as wrong:
        raise Invalid.of("file", "import_sheet_too_big") from wrong
    if done.returncode == sheet_child.TOO_MANY:
        raise Invalid.of("file", "import_too_many", limit=most - LOOK_FOR_HEADINGS)
    if done.returncode == sheet_child.UNREADABLE:
        raise Invalid.of("file", "import_sheet_damaged")
    if done.returncode:  # ended by a limit
        raise Invalid.of("file", "import_sheet_too_big")
    for number, line in enumerate(done.stdout.decode().splitlines(), start=1):
        yield number, json.loads(line)
