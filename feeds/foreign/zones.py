"""Which IANA zone somebody else's TZID means (RFC 5545 §3.2.19).

An IANA name counts as such, whatever a VTIMEZONE in the file says of it. Names of Windows go through CLDR's table.
Anything else is looked up by the offsets that its VTIMEZONE gives; where our own zone has the same, it is ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from calendar_service.domain.times.moments import is_zone
from feeds.foreign.lines import Component

UTC = "UTC"
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?\Z")
_WRITTEN_OFFSET = re.compile(r"\((?:UTC|GMT)(?:([+-])([0-9]{1,2}):([0-9]{2}))?\)")
Offsets = tuple[timedelta, timedelta]
"""In January and in July: enough to tell zones apart."""


@dataclass(kw_only=True)
class Zones:
    """The zones of one calendar. `home` (IANA) is ours; `guessed` are the TZIDs that were not plain names."""

    home: str
    defined: Mapping[str, Component] = field(default_factory=dict)
    guessed: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._found: dict[str, str] = {}

    def zone(self, tzid: str, *, year: int) -> str:
        """The IANA zone that a TZID means for an event of a year; ours where nobody can tell."""
        if tzid not in self._found:
            self._found[tzid] = self._resolve(tzid, min(max(year, 1990), 2037))
        return self._found[tzid]

    def _resolve(self, tzid: str, year: int) -> str:
        name = tzid.strip().strip("\"'")
        if plain := _plain(name):
            return plain
        zone = _by_path(name) or self._by_windows_name(name, year) or self._by_definition(name, year)
        if zone is None:
            self.unknown.add(name)
            return self.home
        self.guessed[name] = zone
        return zone

    def _by_windows_name(self, name: str, year: int) -> str | None:
        golden = get_global("windows_zone_mapping").get(name) or get_global("windows_zone_mapping").get(_spoken(name))
        if golden is None:
            return None
        return self.home if _offsets(self.home, year) == _offsets(golden, year) else str(golden)

    def _by_definition(self, name: str, year: int) -> str | None:
        defined = self.defined.get(name)
        offsets = _defined(defined) if defined else _written(name)
        location = defined.text("X-LIC-LOCATION") if defined else ""
        if offsets is None:
            return _plain(location) or next(iter(self._ours_first(_cities(name))), None)
        candidates = (location, self.home, *_cities(name), *_golden_zones())
        return next((each for each in candidates if _plain(each) and _offsets(each, year) == offsets), None)

    def _ours_first(self, zones: Sequence[str]) -> Sequence[str]:
        return [self.home] if self.home in zones else zones


def _spoken(name: str) -> str:
    """What Windows shows people as it is listed: "(UTC-05:00) Eastern Time (US and Canada)"."""
    words = _WRITTEN_OFFSET.sub("", name).partition("(")[0].strip()
    return f"{words.removesuffix(' Time')} Standard Time" if words.endswith(" Time") else words


def _plain(name: str) -> str | None:
    """An IANA name, in whatever case."""
    return name if is_zone(name) else _zones_by_lower_case().get(name.lower())


@cache
def _zones_by_lower_case() -> Mapping[str, str]:
    return {each.lower(): each for each in available_timezones() if is_zone(each)}


def _by_path(name: str) -> str | None:
    """Mozilla, Evolution and others put a registry before the name: /mozilla.org/20070129_1/America/Lima."""
    parts = name.split("/")[:12]
    tails = ("/".join(parts[place:]) for place in range(1, len(parts)))
    return next((each for each in tails if "/" in each and is_zone(each)), None)


@cache
def _golden_zones() -> tuple[str, ...]:
    return tuple(sorted({str(each) for each in get_global("windows_zone_mapping").values() if is_zone(str(each))}))


@cache
def _zones_by_city() -> Mapping[str, str]:
    names = sorted(each for each in available_timezones() if "/" in each and is_zone(each))
    return {each.rpartition("/")[2].replace("_", " ").lower(): each for each in names}


def _cities(name: str) -> Sequence[str]:
    """The zones of the cities that a name says: "(UTC-05:00) Bogota, Lima, Quito"."""
    spoken = (each.strip().lower() for each in _WRITTEN_OFFSET.sub("", name)[:200].split(","))
    return [_zones_by_city()[each] for each in spoken if each in _zones_by_city()]


def _offsets(zone: str, year: int) -> Offsets:
    winter, summer = (
        datetime(year, month, 15, 12, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta() for month in (1, 7)
    )
    return winter, summer


def _written(name: str) -> Offsets | None:
    """What a name itself says: (UTC-05:00) is the whole year's."""
    found = _WRITTEN_OFFSET.search(name)
    if found is None:
        return None
    size = timedelta(hours=int(found[2] or 0), minutes=int(found[3] or 0))
    offset = -size if found[1] == "-" else size
    return None if _cities(name) else (offset, offset)


def _defined(zone: Component) -> Offsets | None:
    """What the latest observances of a VTIMEZONE say (§3.6.5)."""
    standard, daylight = (_latest(zone, name) for name in ("STANDARD", "DAYLIGHT"))
    if standard is None or daylight is None:
        one = standard or daylight
        return (one[1], one[1]) if one else None
    if not daylight[2]:  # summer time was given up
        return standard[1], standard[1]
    northern = daylight[0] < standard[0]
    return (standard[1], daylight[1]) if northern else (daylight[1], standard[1])


def _latest(zone: Component, name: str) -> tuple[int, timedelta, bool] | None:
    """Month of onset, offset, and whether it comes again, of the observance that began last."""
    found = [each for each in zone.children if each.name == name and _offset(each.text("TZOFFSETTO")) is not None]
    if not found:
        return None
    last = max(found, key=lambda each: each.text("DTSTART"))
    rule = last.text("RRULE").upper()
    month = re.search(r"BYMONTH=([0-9]{1,2})", rule)
    start = last.text("DTSTART")[4:6]
    onset = int(month[1]) if month else int(start) if start.isascii() and start.isdigit() else 1
    again = ("RRULE" in {each.name for each in last.lines} and "UNTIL=" not in rule) or bool(last.first("RDATE"))
    return onset, _offset(last.text("TZOFFSETTO")) or timedelta(), again


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.match(text)
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -size if found[1] == "-" else size
