"""Values as they stand behind a property's name: parameters, a colon, the value (RFC 5545 §3.3).

icalendar writes them, so that nothing is written raw or guessed from a Python type. What many events say alike it
writes once, and of a wall clock the zone alone: a test holds that to what it writes itself. What values may hold is
checked after writing, by `feeds.ics.check`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Parameters
from icalendar.prop import vCategory, vDatetime, vDDDLists, vDDDTypes, vRecur, vText, vUri

_SPECIAL = re.compile(r"[\\;,\r\n]")
"""What TEXT escapes (§3.3.11)."""


def text(value: str) -> str:
    """TEXT (§3.3.11), escaped."""
    return ":" + (_said(vText(value)) if _SPECIAL.search(value) else value)


@lru_cache(maxsize=256)
def word(value: str) -> str:
    """TEXT that many events say alike, such as a status or a place."""
    return text(value)


@lru_cache(maxsize=256)
def texts(*values: str) -> str:
    """Several TEXT values on one line."""
    return ":" + _said(vCategory(list(values)))


def number(value: int) -> str:
    """INTEGER (§3.3.8)."""
    return f":{value}"


@lru_cache(maxsize=256)
def uri(value: str, **parameters: str) -> str:
    """URI (§3.3.13) with its VALUE said, for properties whose default is another type."""
    return _with({"VALUE": "URI", **{key: fit(each) for key, each in parameters.items()}}, vUri(value))


def link(value: str) -> str:
    """URI where that is the property's only type."""
    return f":{value}"


def duration(value: str) -> str:
    """DURATION (§3.3.6) with its VALUE said."""
    return _with({"VALUE": "DURATION"}, vText(value))


@lru_cache(maxsize=64)
def instant(value: datetime) -> str:
    """A moment in UTC, whole seconds (§3.3.5, form 2)."""
    return ":" + _said(vDDDTypes(value.astimezone(UTC).replace(microsecond=0)))


def moment(wall: datetime, *, zone: str, all_day: bool) -> str:
    """A date, or a wall clock in its zone (§3.3.5, form 3)."""
    if all_day:
        return f";VALUE=DATE:{_digits(wall.date().isoformat())}"
    before, after = _around(zone)
    return f"{before}{_digits(wall.isoformat(timespec='seconds'))}{after}"


def _digits(written: str) -> str:
    return written.replace("-", "").replace(":", "")


@lru_cache(maxsize=512)
def _around(zone: str) -> tuple[str, str]:
    """What icalendar writes before and after the digits of a wall clock in a zone: in UTC it stands after them."""
    example = vDatetime(datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)))
    before, digits, after = _with(example.params, example).partition("20260101T000000")
    if not digits:
        raise ValueError(f"icalendar writes {before} for a time in {zone}")
    return before, after


def moments(walls: Iterable[datetime], *, zone: str, all_day: bool) -> str:
    """Several of them on one line, in the same form; icalendar alone would not say VALUE=DATE here."""
    clock = ZoneInfo(zone)
    made = vDDDLists([each.date() if all_day else each.replace(tzinfo=clock) for each in walls])
    return _with({"VALUE": "DATE"} if all_day else made.params, made)


@lru_cache(maxsize=256)
def rule(value: str) -> str:
    """RECUR (§3.3.10), as `recurrence.Rule.ical` gives it."""
    return ":" + _said(vRecur.from_ical(value))


def position(latitude: float, longitude: float) -> str:
    """GEO (§3.8.1.6), latitude first, with six decimals, never with an exponent."""
    return f":{latitude:.6f};{longitude:.6f}"


def _said(value: vCategory | vDatetime | vDDDLists | vDDDTypes | vRecur | vText | vUri) -> str:
    written = value.to_ical()
    return written if isinstance(written, str) else written.decode()


def _with(parameters: dict[str, str] | Parameters, value: vDatetime | vDDDLists | vText | vUri) -> str:
    said: bytes = Parameters(parameters).to_ical(sorted=False)
    return (f";{said.decode()}" if said else "") + f":{_said(value)}"


_UNFIT = str.maketrans({'"': "'", "^": None})


def fit(value: str) -> str:
    """A parameter's value: no quotation mark, caret or line break, which RFC 6868 readers alone would take back."""
    return " ".join(value.translate(_UNFIT).split())
