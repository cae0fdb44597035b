"""What a file says of each event, told by its bytes alone: a calendar that comes again is mostly what it was.

A digest says more than it must, never less: with it an event is known to say what it said, without it nobody knows.
What a program writes anew at each export (DTSTAMP) is left out. A file of an unusual form has no blocks at all and
is read line by line, as everything is that has no digest here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

READER = 1
"""Rises with every change of what the reader makes of a file: then all of it is read anew."""

_BEGIN, _END = b"\nBEGIN:VEVENT", b"\nEND:VEVENT"
_UID = re.compile(rb"\nUID(?:;[^:\r\n]*)?:([^\r\n\\]*)\r?\n(?![ \t])")
_STAMP = re.compile(rb"\n(?:DTSTAMP|X-WR-LAST-MODIFIED)[:;][^\n]*")
_OF_THE_FRAME = re.compile(rb"\n(?:DTSTAMP|LAST-MODIFIED)[:;][^\n]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A VEVENT in the bytes of its file: where it begins and ends, its first line's number, the UID if it says one
    plainly.
    """

    start: int
    end: int
    line: int
    key: str


def blocks_of(data: bytes) -> Sequence[Block]:
    """The VEVENTs of one plain VCALENDAR, in their order; none where bytes alone do not tell what belongs together:
    lone CRs, components in small letters, entries without a UID, dates published beside their event.
    """
    if data.count(b"\r") != data.count(b"\r\n"):
        return ()
    found, loud = list(_blocks(data)), data.upper()
    plain = loud.count(b"VEVENT") == 2 * len(found) and loud.count(b"BEGIN:VCALENDAR") == 1
    return found if plain and b"\nRELATED-TO" not in loud and all(each.key for each in found) else ()


def _blocks(data: bytes) -> Iterator[Block]:
    line, counted = 1, 0
    start = data.find(_BEGIN)
    while start >= 0:
        end = data.find(_END, start)
        stop = data.find(b"\n", end + len(_END))
        if end < 0 or stop < 0:
            return
        line += data.count(b"\n", counted, start + 1)
        counted = start + 1
        yield Block(start + 1, stop + 1, line, _key(data, start, end))
        start = data.find(_BEGIN, stop)


def _key(data: bytes, start: int, end: int) -> str:
    """The event's own UID, where it stands before its alarms, in one line and in ASCII; else empty."""
    inner = data.find(b"\nBEGIN:", start + 1, end)
    found = _UID.search(data, start, end + 1 if inner < 0 else inner + 1)
    return found[1].strip().decode("ascii") if found and found[1].isascii() else ""


def digests(data: bytes, blocks: Sequence[Block], *, manner: str) -> Mapping[str, str]:
    """What is said under each UID, with all that stands around the events and the manner in which it is taken in."""
    frame = sha256(f"{READER} {manner}".encode())
    for piece in _around(data, blocks):
        frame.update(_OF_THE_FRAME.sub(b"", piece))
    found: dict[str, str] = {}
    for block in blocks:
        said = frame.copy()
        said.update(found.get(block.key, "").encode())
        said.update(_STAMP.sub(b"", data[block.start - 1 : block.end]))
        found[block.key] = said.hexdigest()
    return found


def first_lines(blocks: Sequence[Block]) -> Mapping[str, int]:
    """Where each UID stands first, in the order of the file."""
    found: dict[str, int] = {}
    for block in blocks:
        found.setdefault(block.key, block.line)
    return found


def _around(data: bytes, blocks: Sequence[Block]) -> Iterator[bytes]:
    start = 0
    for block in blocks:
        if block.start > start:
            yield data[start : block.start]
        start = block.end
    yield data[start:]


def pieces_without(data: bytes, blocks: Sequence[Block], known: Mapping[str, object]) -> Iterator[tuple[int, bytes]]:
    """The file without the blocks of known UIDs: what is left, each piece with the number of its first line."""
    start, line = 0, 1
    for block in blocks:
        if block.key not in known:
            continue
        if block.start > start:
            yield line, data[start : block.start]
        start, line = block.end, block.line + data.count(b"\n", block.start, block.end)
    yield line, data[start:]
