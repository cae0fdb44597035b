"""Somebody else's iCalendar as lines and components (RFC 5545 §3.1, 3.4, 3.6): forgiving in form, strict in size.

One pass, no look back: a hostile file costs what an honest one of its size does. Only what an event or a zone may
use is kept; attendees, alarms and attachments are gone before anything looks at them (S35).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from sys import intern

from calendar_service.domain.errors import Invalid, Problem

DEEPEST = 4
LONGEST_LINE = 100_000
MOST_PROPERTIES = 200
MOST_DATES = 1_000
LISTS = frozenset({"EXDATE", "RDATE"})
KEPT = LISTS | {
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION", "X-ALT-DESC",
    "LOCATION", "GEO", "X-APPLE-STRUCTURED-LOCATION", "URL", "CATEGORIES", "STATUS", "CLASS", "SEQUENCE", "DTSTAMP",
    "LAST-MODIFIED", "RELATED-TO", "CONFERENCE", "X-GOOGLE-CONFERENCE", "METHOD", "PRODID", "X-WR-TIMEZONE",
    "TZID", "X-LIC-LOCATION", "TZOFFSETTO",
}  # fmt: skip
CHILDREN: Mapping[str, frozenset[str]] = {
    "": frozenset({"VCALENDAR"}),
    "VCALENDAR": frozenset({"VEVENT", "VTIMEZONE"}),
    "VTIMEZONE": frozenset({"STANDARD", "DAYLIGHT"}),
}
NOT_UTF_8 = "\uffff"
NOTHING_BESIDE: Mapping[str, str] = {}
"""One for all lines without a parameter: a large file has a hundred thousand of them."""
_LINE_END = re.compile(rb"\r\n|\n|\r")
_NAME = re.compile("[A-Za-z0-9-]+")
_VALUE = r'(?:"[^"]*"|[^";:,]*)'
_LINE = re.compile(rf"([A-Za-z0-9-]+)((?:;[^=:;\"]+={_VALUE}(?:,{_VALUE})*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(rf";([^=:;\"]+)=({_VALUE}(?:,{_VALUE})*)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_CARETS = {"n": "\n", "^": "^", "'": '"'}


@dataclass(frozen=True, slots=True)
class Line:
    """A content line: `number` is that of its first line in the file, names are upper case, the value is raw."""

    number: int
    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT (§3.3.11): its escapes undone."""
        return _ESCAPED.sub(_unescaped, self.value) if "\\" in self.value else self.value

    @property
    def texts(self) -> list[str]:
        """The value as a list of TEXT."""
        parts = re.split(r"(?<!\\),", self.value)
        return [_ESCAPED.sub(_unescaped, each).strip() for each in parts]


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


@dataclass(slots=True)
class Component:
    """What stands between BEGIN and END; of its properties those of `KEPT`, none lost for being there twice."""

    name: str
    number: int
    lines: list[Line] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: bool = False
    listed: int = 0

    def all(self, name: str) -> list[Line]:
        """Every line with a name."""
        return [each for each in self.lines if each.name == name]

    def first(self, name: str) -> Line | None:
        """The first line with a name: what counts where there may be one only."""
        for each in self.lines:
            if each.name == name:
                return each
        return None

    def text(self, name: str) -> str:
        """The first value of a name as TEXT, empty when there is none."""
        line = self.first(name)
        return line.text.strip() if line else ""


def read_components(pieces: Iterable[tuple[int, bytes]], *, most: int) -> list[Component]:
    """The calendars of a file in UTF-8, given in pieces that end with a line, each with the number of its first.

    Raises Invalid when it is none, is not whole, or has more than `most` events.
    """
    tree = _Tree(most)
    for first, piece in pieces:
        for number, text in _unfolded(piece, first):
            tree.take(number, text)
    return tree.calendars()


def _unfolded(data: bytes, first: int) -> Iterator[tuple[int, str]]:
    """Every content line with its number: unfolded as bytes (§3.1), since a fold may part a character."""
    number, whole = 0, bytearray()
    for count, line in enumerate(_lines(data), start=first):
        if line.startswith((b" ", b"\t")) and number:
            whole += line[1:]
            continue
        if whole:
            yield number, _decoded(whole)
        number, whole = count, bytearray(line)
    if whole:
        yield number, _decoded(whole)


def _lines(data: bytes) -> Iterator[bytes]:
    """One by one: millions of short lines at once would take many times the file's size."""
    if data.count(b"\r") == data.count(b"\r\n"):  # as in nearly every file: no CR but before a LF
        yield from (line.rstrip(b"\r\n") for line in BytesIO(data))
        return
    start = 0
    for end in _LINE_END.finditer(data):
        yield data[start : end.start()]
        start = end.end()
    yield data[start:]


def in_utf8(data: bytes) -> bytes:
    """Without a byte order mark; UTF-16 as UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def _decoded(line: bytearray) -> str:
    """UTF-8; else what Windows programs of Western languages write, marked."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "ignore") + NOT_UTF_8


class _Tree:
    """Builds components line by line and refuses what is not whole."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.events = 0
        self.root = Component("", 0)
        self.open = [self.root]
        self.in_utf_8 = True

    def take(self, number: int, text: str) -> None:
        """The next content line."""
        if text.endswith(NOT_UTF_8):
            self.in_utf_8, text = False, text.removesuffix(NOT_UTF_8)
        beginning = text[:6].upper()
        if beginning == "BEGIN:":
            self._begin(number, text[6:].strip().upper())
        elif beginning.startswith("END:"):
            self._end(number, text[4:].strip().upper())
        else:
            self._add(number, text)

    def calendars(self) -> list[Component]:
        if len(self.open) > 1:
            raise Invalid.of("file", "import_cut_short")
        if not self.root.children:
            raise Invalid.of("file", "import_not_a_calendar")
        if not self.in_utf_8:
            self.root.children[0].problems.append(Problem(field="file", code="import_encoding"))
        return self.root.children

    def _begin(self, number: int, name: str) -> None:
        if len(self.open) > DEEPEST:
            raise Invalid.of("file", "import_too_deep", line=number)
        parent = self.open[-1]
        wanted = not parent.skipped and name in CHILDREN.get(parent.name, ())
        if not wanted and parent is self.root:
            raise Invalid.of("file", "import_not_a_calendar")
        child = Component(name, number, skipped=not wanted)
        self.open.append(child)
        if wanted:
            self._count(name)
            parent.children.append(child)

    def _count(self, name: str) -> None:
        self.events += name == "VEVENT"
        if self.events > self.most:
            raise Invalid.of("file", "import_too_many", limit=self.most)

    def _end(self, number: int, name: str) -> None:
        if self.open.pop().name != name or not self.open:
            raise Invalid.of("file", "import_unbalanced", line=number)

    def _add(self, number: int, text: str) -> None:
        component = self.open[-1]
        if component is self.root:
            if text.strip():
                raise Invalid.of("file", _what_it_is(text), line=number)
        elif not component.skipped:
            _keep(component, number, text)


def _what_it_is(text: str) -> str:
    """The code of what to say of a file that has something outside a calendar."""
    beginning = text.lstrip()[:200].lower()
    return "import_web_page" if beginning.startswith(("<!doctype", "<html")) else "import_not_a_calendar"


def _keep(component: Component, number: int, text: str) -> None:
    found = _NAME.match(text)
    if found is None or found[0].upper() not in KEPT:
        if component.name == "VEVENT" and ":" not in text:
            _say_once(component, "import_line_unread", number)
        return
    if len(text) > LONGEST_LINE:
        _say_once(component, "import_line_unread", number)
        return
    line = _line(number, text, found[0])
    if line is None:
        _say_once(component, "import_line_unread", number)
    elif _has_room(component, line):
        component.lines.append(line)


def _has_room(component: Component, line: Line) -> bool:
    """Whether the bounds on properties and dates leave place for one more."""
    if line.name in LISTS:
        component.listed += line.value.count(",") + 1
        return component.listed <= MOST_DATES
    return len(component.lines) < MOST_PROPERTIES + component.listed


def _say_once(component: Component, code: str, number: int) -> None:
    if not component.problems:
        component.problems.append(Problem(field="", code=code, values={"line": number}))


def _line(number: int, text: str, name: str) -> Line | None:
    """A content line that begins with a name."""
    if text.startswith(":", len(name)):
        return Line(number, intern(name.upper()), NOTHING_BESIDE, text[len(name) + 1 :])
    found = _LINE.match(text)
    if found is None:  # a parameter that is quoted wrongly: the value at least can be read
        head, colon, value = text.partition(":")
        return Line(number, head.split(";")[0].strip().upper(), {}, value) if colon else None
    return Line(number, intern(found[1].upper()), _parameters(found[2]), found[3])


def _parameters(text: str) -> dict[str, str]:
    """Names in upper case, values without quotes, the escapes of RFC 6868 undone."""
    found = ((name.strip().upper(), value.replace('"', "").strip()) for name, value in _PARAMETER.findall(text))
    return {name: _CARET.sub(lambda each: _CARETS[each[1]], value) for name, value in found}
