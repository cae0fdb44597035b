"""The guard at the door of every feed: what is written wrong here never reaches a calendar (decisions 1 and 8).

It reads the written bytes, knowing nothing of how they were made: folding, line ends, controls, and for each
property the form of its value (RFC 5545 §3.1, §3.3; RFC 7986). It knows only what we publish: a property that is
not listed is refused, and so are RDATE, VALARM, ORGANIZER and ATTENDEE. One broken entry can empty a whole
calendar in other people's programs, so it is better to leave one out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

LONGEST_LINE = 75
"""Octets before CRLF (§3.1)."""

_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd\ufffe\uffff]"
)
_FOLD = "\r\n "
_LINE = re.compile(r"""([A-Za-z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.+)""", re.DOTALL)
_PARAMETER = re.compile(r""";([A-Z0-9-]+)=(?:"([^"]*)"|([^";:,]*))""")
_DATE = r"\d{8}"
_WALL = r"\d{8}T\d{6}"
_TEXT = r"(?:[^\\;,\r\n]++|\\[\\;,n])+"
_URI = r"(?:https?|mailto|tel|geo):[^\s\"<>\\^`{|}]+"
_UTC = rf"{_WALL}Z"
_MOMENT = rf"{_WALL}Z?|{_DATE}"
_DEGREES = r"-?\d{1,3}\.\d{6}"
_RULE_VALUES = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY", "INTERVAL": r"[1-9]\d?", "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": rf"{_UTC}|{_DATE}", "BYDAY": r"(?:-?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*",
    "BYMONTHDAY": r"[12]?\d",
}  # fmt: skip
RULE_VALUES = {name: re.compile(form) for name, form in _RULE_VALUES.items()}

_EVENT_VALUES = {
    "UID": r"[!-+\--:<-\[\]-~]{1,200}", "DTSTAMP": _UTC, "CREATED": _UTC, "LAST-MODIFIED": _UTC,
    "SEQUENCE": r"\d{1,9}", "RECURRENCE-ID": _MOMENT, "DTSTART": _MOMENT, "DTEND": _MOMENT, "RRULE": r"[A-Z0-9=;,+-]+",
    "EXDATE": rf"(?:{_MOMENT})(?:,(?:{_MOMENT}))*", "STATUS": "CONFIRMED|CANCELLED|TENTATIVE",
    "SUMMARY": _TEXT, "DESCRIPTION": _TEXT, "LOCATION": _TEXT, "CONTACT": _TEXT,
    "CATEGORIES": rf"{_TEXT}(?:,{_TEXT})*", "GEO": rf"{_DEGREES};{_DEGREES}", "URL": _URI, "CONFERENCE": _URI,
    "IMAGE": _URI, "X-APPLE-STRUCTURED-LOCATION": r"geo:-?\d{1,2}\.\d{6},-?\d{1,3}\.\d{6}", "CLASS": "PUBLIC|PRIVATE",
    "TRANSP": "TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS": "FREE", "RELATED-TO": _TEXT, "LINK": _URI, "CONCEPT": _URI,
    "REFID": _TEXT,
}  # fmt: skip
EVENT_VALUES = {name: re.compile(form) for name, form in _EVENT_VALUES.items()}
ARCHIVED = {"RDATE": EVENT_VALUES["EXDATE"]}
"""What only an archive may say beside."""

_ALWAYS = frozenset({"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "SUMMARY", "STATUS"})

_INSIDE = {"": ("VEVENT",), "VEVENT": ("VLOCATION", "PARTICIPANT")}
"""Which components may begin where; those within an event are RFC 9073's, and only in rich texts."""

_NESTED_VALUES = {
    "UID": _TEXT, "NAME": _TEXT, "GEO": rf"{_DEGREES};{_DEGREES}", "LOCATION-TYPE": _TEXT,
    "PARTICIPANT-TYPE": "SPONSOR", "SUMMARY": _TEXT, "URL": _URI,
}  # fmt: skip
NESTED_VALUES = {name: re.compile(form) for name, form in _NESTED_VALUES.items()}
_SEVERAL = frozenset({"CONCEPT"})

_CALENDAR_VALUES = {
    "VERSION": r"2\.0", "PRODID": _TEXT, "CALSCALE": "GREGORIAN", "METHOD": "PUBLISH", "UID": _TEXT, "NAME": _TEXT,
    "X-WR-CALNAME": _TEXT, "DESCRIPTION": _TEXT, "X-WR-CALDESC": _TEXT, "X-WR-TIMEZONE": r"[A-Za-z0-9/_+-]+",
    "URL": _URI, "SOURCE": _URI, "REFRESH-INTERVAL": r"PT\d{1,3}[HM]", "X-PUBLISHED-TTL": r"PT\d{1,3}[HM]",
    "COLOR": "[a-z]+", "X-APPLE-CALENDAR-COLOR": "#[0-9A-F]{6}", "LAST-MODIFIED": _UTC,
}  # fmt: skip
CALENDAR_VALUES = {name: re.compile(form) for name, form in _CALENDAR_VALUES.items()}
_TIMES = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")
_VALUE_SAID = {
    "SOURCE": "URI", "REFRESH-INTERVAL": "DURATION", "CONFERENCE": "URI", "IMAGE": "URI",
    "X-APPLE-STRUCTURED-LOCATION": "URI", "LINK": "URI",
}  # fmt: skip


class UnfitError(ValueError):
    """What was written must not be published; the text says what and where."""


@dataclass(frozen=True, slots=True)
class Line:
    """A content line, unfolded (§3.1)."""

    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)


def check_events(text: str, *, whole: bool = False) -> None:
    """Check whole VEVENTs, as they are kept and joined; `whole` for an archive, which may say RDATE and any rule of
    ours. Raises UnfitError.
    """
    open_components: list[tuple[str, list[Line]]] = []
    for line in read_lines(text):
        if line.name == "BEGIN" and line.value in _INSIDE.get(open_components[-1][0] if open_components else "", ()):
            open_components.append((line.value, []))
        elif line.name == "END" and open_components and line.value == open_components[-1][0]:
            _check_component(*open_components.pop(), whole=whole)
        elif not open_components or line.name in ("BEGIN", "END"):
            raise UnfitError(f"{line.name}:{line.value[:40]} has no place there")
        else:
            open_components[-1][1].append(line)
    if open_components or not text:
        raise UnfitError("BEGIN:VEVENT without its END")


def _check_component(name: str, lines: list[Line], *, whole: bool) -> None:
    if name == "VEVENT":
        _check_event(lines, whole=whole)
        return
    _check_values(lines, NESTED_VALUES)
    if "UID" not in {line.name for line in lines}:
        raise UnfitError(f"{name}: UID missing")


def check_head(text: str) -> None:
    """Check the properties of a VCALENDAR, without BEGIN and END. Raises UnfitError."""
    lines = list(read_lines(text))
    _check_values(lines, CALENDAR_VALUES)
    if [line.name for line in lines[:2]] != ["VERSION", "PRODID"]:
        raise UnfitError("VERSION and PRODID come first")


def read_lines(text: str) -> Iterator[Line]:
    """The content lines of a text. Raises UnfitError for what is not folded, ended or written as it must be."""
    if found := _unwanted(text.replace("\r\n", "\n")):
        raise UnfitError(f"the character U+{ord(found[0]):04X}")
    if text.count("\r\n") != text.count("\n") or (text and not text.endswith("\r\n")):
        raise UnfitError("a line end that is not CRLF")
    longest = max(text.encode().split(b"\r\n"), key=len)
    if len(longest) > LONGEST_LINE:
        raise UnfitError(f"a line of over {LONGEST_LINE} octets: {longest[:40].decode(errors='ignore')}")
    for logical in text.replace(_FOLD, "").split("\r\n")[:-1]:
        yield _line(logical)


def _unwanted(text: str) -> re.Match[str] | None:
    """Most texts are known at a tenth of the cost to have none."""
    plain = text.replace("\n", "").isprintable() and "\ufffd" not in text
    return None if plain else _UNWANTED.search(text)


def _line(logical: str) -> Line:
    """Read; most lines of an event stand in many others too."""
    return _known_line(logical) if len(logical) <= LONGEST_LINE else _read_line(logical)


def _read_line(logical: str) -> Line:
    found = _LINE.fullmatch(logical)
    if not found:
        raise UnfitError(f"not a content line: {logical[:60]!r}")
    name, parameters, value = found.groups()
    pairs = {key: quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters)}
    if any("^" in each for each in pairs.values()):
        raise UnfitError(f"{name}: a parameter that only RFC 6868 readers take back")
    return Line(name, value, pairs)


_known_line = lru_cache(maxsize=512)(_read_line)


def _check_values(lines: list[Line], forms: dict[str, re.Pattern[str]]) -> None:
    names = [line.name for line in lines if line.name not in _SEVERAL]
    if len(set(names)) != len(names):
        raise UnfitError("a property stands twice")
    for line in lines:
        if wrong := _wrong_with(line.name, line.value, forms.get(line.name), line.parameters.get("VALUE")):
            raise UnfitError(wrong)


@lru_cache(maxsize=512)
def _wrong_with(name: str, value: str, form: re.Pattern[str] | None, said: str | None) -> str:
    """What must not be about a line, if anything; most lines of an event stand in many others too."""
    if form is None:
        return f"{name} is not published"
    if not form.fullmatch(value):
        return f"{name}: {value[:60]!r} is not written as it must be"
    if said != _VALUE_SAID.get(name) and not (said == "DATE" and name in _TIMES):
        return f"{name}: VALUE is not said, or said wrong"
    return ""


def _check_event(lines: list[Line], *, whole: bool) -> None:
    _check_values(lines, EVENT_VALUES | ARCHIVED if whole else EVENT_VALUES)
    given = {line.name: line for line in lines}
    if missing := _ALWAYS - given.keys():
        raise UnfitError(f"{', '.join(sorted(missing))} missing")
    _check_times(given)
    if not whole:
        _check_rule(given)
    if geo := given.get("GEO"):
        latitude, longitude = map(float, geo.value.split(";"))
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
            raise UnfitError(f"GEO: {geo.value} is not on this earth")


def _check_times(given: dict[str, Line]) -> None:
    """Every time of an event in the same form and zone as its start (findings 0.6 and 0.7)."""
    start = given["DTSTART"]
    for name in _TIMES:
        line = given.get(name)
        if line is None:
            continue
        if line.parameters != start.parameters:
            raise UnfitError(f"{name}: not in the form and zone of DTSTART")
        for value in line.value.split(","):
            _check_moment(name, value, line.parameters)
    end = given.get("DTEND")
    if end is not None and end.value <= start.value:
        raise UnfitError("DTEND is not later than DTSTART")


def _check_moment(name: str, value: str, parameters: dict[str, str]) -> None:
    """A date says so, a time has its zone or is UTC; a floating time is never published."""
    dated, utc = "T" not in value, value.endswith("Z")
    if dated != (parameters.get("VALUE") == "DATE") or (not dated and utc == ("TZID" in parameters)):
        raise UnfitError(f"{name}: {value} with {parameters or 'no parameters'}")
    try:
        datetime.fromisoformat(value)  # the form was looked at before
    except ValueError as wrong:
        raise UnfitError(f"{name}: there is no {value}") from wrong


def _check_rule(given: dict[str, Line]) -> None:
    """One RRULE of those that everybody reads, ended by UTC with a zone and by a date without (finding 0.7)."""
    rule = given.get("RRULE")
    if rule is None:
        if "EXDATE" in given:
            raise UnfitError("EXDATE without RRULE")
        return
    parts = dict(pair.partition("=")[::2] for pair in rule.value.split(";"))
    fitting = all(name in RULE_VALUES and RULE_VALUES[name].fullmatch(value) for name, value in parts.items())
    ends = parts.keys() & {"UNTIL", "COUNT"}
    if not fitting or "FREQ" not in parts or len(ends) != 1 or "RECURRENCE-ID" in given:
        raise UnfitError(f"RRULE: {rule.value[:60]} is not published")
    dated = given["DTSTART"].parameters.get("VALUE") == "DATE"
    if "UNTIL" in parts and parts["UNTIL"].endswith("Z") == dated:
        raise UnfitError("RRULE: UNTIL is not in the form that DTSTART asks for")
