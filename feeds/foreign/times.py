"""Dates, times and lengths as somebody else's iCalendar writes them (RFC 5545 §3.3.4 to 3.3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_service.domain.times.moments import to_utc, to_wall, write_wall
from feeds.foreign.lines import Line
from feeds.foreign.zones import UTC, Zones

_MOMENT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z)?)?\Z")
_DURATION = re.compile(
    r"([+-])?P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?\Z"
)
_YEARS = range(1000, 9000)


class BadMomentError(ValueError):
    """Not a date or a date with a time; `line` is where it stands."""

    def __init__(self, line: int, value: str) -> None:
        super().__init__(value)
        self.line = line
        self.value = value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date, or a wall clock in a zone (IANA; None: floating)."""

    wall: datetime
    dated: bool
    zone: str | None = None

    def wall_in(self, zone: str) -> datetime:
        """The wall clock of another zone at that moment; a date stays the date that it is."""
        if self.dated or self.zone is None or self.zone == zone:
            return self.wall
        return to_wall(to_utc(self.wall, self.zone), zone)

    def text(self, zone: str) -> str:
        """As the API writes it."""
        return write_wall(self.wall_in(zone), all_day=self.dated)


def read_stamp(line: Line, zones: Zones) -> Stamp:
    """The one moment of a line. Raises BadMomentError."""
    return _stamp(line, line.value, zones)


def read_stamps(line: Line, zones: Zones) -> Iterator[Stamp]:
    """Every moment of a list; of a period (§3.3.9) its start. Raises BadMomentError."""
    for value in line.value.split(","):
        if value.strip():
            yield _stamp(line, value.partition("/")[0], zones)


def _stamp(line: Line, value: str, zones: Zones) -> Stamp:
    tzid = line.parameters.get("TZID", "")
    if ":" in value:  # Outlook's (UTC-05:00) Bogota, Lima, Quito, not quoted
        more, _, value = value.rpartition(":")
        tzid = f"{tzid}:{more}"
    found = _MOMENT.match(value.strip().upper())
    if found is None or int(found[1]) not in _YEARS:
        raise BadMomentError(line.number, value[:40])
    try:
        wall = datetime(*(int(found[place] or 0) for place in range(1, 7)))  # type: ignore[arg-type]
    except ValueError:
        raise BadMomentError(line.number, value[:40]) from None
    if found[4] is None:
        return Stamp(wall=wall, dated=True)
    zone = UTC if found[7] else zones.zone(tzid, year=wall.year) if tzid else None
    return Stamp(wall=wall, dated=False, zone=zone)


def read_duration(text: str) -> timedelta | None:
    """A length; None for what is none, or goes backwards."""
    found = _DURATION.match(text.strip().upper())
    if found is None or found[1] == "-" or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(found[place] or 0) for place in range(2, 7))
    try:
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
