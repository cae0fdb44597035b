"""Days and times as people type them into a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale

from calendar_service.text import fold

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]+(.+))?\Z")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?: +(.+))?\Z")
_IN_WORDS = re.compile(r"(?:[a-z]+,? +)?([0-9]{1,2}) +(?:de +)?([a-z]+)\.?,? +(?:del? +)?([0-9]{4})\Z")
_TIME = re.compile(
    r"([0-9]{1,2})(?: ?[:.h] ?([0-9]{2})(?::[0-9]{2}(?:\.0+)?)?)? ?(?:h|hs|hrs?|horas)?\.? ?([ap])?(?:\.? ?m)?\.?\Z"
)
_NOON, _MIDNIGHT = 12, 24
_LANGUAGES = ("es", "en")


def read_day(text: str) -> tuple[date, str] | None:
    """A day, `2026-12-05`, `05/12/2026` (the day first) or `5 de diciembre de 2026`, and what follows it in the
    cell: a time, or nothing. None for what is no day.
    """
    found = _ISO.match(text)
    if found:
        return _day(found[1], found[2], found[3], rest=found[4])
    found = _DAY_FIRST.match(text)
    if found:
        return _day(found[3], found[2], found[1], rest=found[4])
    found = _IN_WORDS.match(fold(text))
    month = _months().get(found[2]) if found else None
    return _day(found[3], str(month), found[1], rest="") if found and month else None


def _day(year: str, month: str, day: str, *, rest: str | None) -> tuple[date, str] | None:
    try:
        return date(int(year), int(month), int(day)), (rest or "").strip()
    except ValueError:
        return None


@lru_cache
def _months() -> Mapping[str, int]:
    """The names of the months, long and short, in the languages of the headings."""
    names: dict[str, int] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            months = Locale(language).months["format"][width]
            names |= {fold(name).rstrip("."): number for number, name in months.items()}
    return names


def read_time(text: str) -> time | None:
    """A time of day: `19:30`, `7:30 pm`, `7 p. m.`, `19h30`, `19`; `24:00` is midnight. None for what is none."""
    found = _TIME.match(fold(text))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found[3] == "p" else 0)
    if hour == _MIDNIGHT and minute == 0:
        hour = 0
    try:
        return time(hour, minute)
    except ValueError:
        return None


def at(day: date, clock: time) -> datetime:
    """The wall clock."""
    return datetime.combine(day, clock)
