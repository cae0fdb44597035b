"""Components as they stand in a file (RFC 5545 §3.1, 3.6): as icalendar writes them, at a tenth of its cost."""

from __future__ import annotations

LONGEST = 74
"""Octets on a line: one less than may be, as icalendar does."""
_CONTINUES = 0x80
_ESCAPES = b"\\^"


class Component:
    """A component that is being written: its lines, folded, in the order in which they are added; then those within."""

    __slots__ = ("_inner", "_lines", "_name")

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: list[str] = []
        self._inner: list[Component] = []

    def add(self, name: str, written: str) -> None:
        """A line: a property's name, and what `values` wrote to stand behind it."""
        line = name + written
        if "\n" in line:
            raise ValueError(f"{name} has a line break")
        short = len(line) <= LONGEST and line.isascii()
        self._lines.append(line if short else folded(line.encode()).decode())

    def add_component(self, inner: Component) -> None:
        """One within it."""
        self._inner.append(inner)

    @property
    def text(self) -> str:
        """Its lines, each ended by CRLF."""
        inner = "".join(each.text for each in self._inner)
        return "\r\n".join([f"BEGIN:{self._name}", *self._lines, f"{inner}END:{self._name}", ""])


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
