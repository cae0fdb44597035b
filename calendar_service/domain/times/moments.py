"""Moments: the wall clock that people say, its zone, the instant that computers compare, and the local day.

A *wall* is a naive datetime as the clock on the wall shows it; it needs a zone (an IANA name) to become an
*instant*, which is always aware and in UTC. A *day* is a local date.
"""

import functools
import re
import zoneinfo
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Final
from zoneinfo import ZoneInfo

ASSUMED_LENGTH: Final = timedelta(hours=1)
"""How long a timed event lasts when nobody said its end."""

ONE_DAY: Final = timedelta(days=1)
ONE_NIGHT: Final = timedelta(hours=12)
_MACHINE_NAMES: Final = {"localtime", "Factory"}
_WALL: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?")
_RECURRENCE_ID: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?)?")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2199


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA zone, spelt as in the zone database; no path, no name of the machine."""
    return name in _zone_names()


@functools.cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - _MACHINE_NAMES)


@functools.lru_cache(maxsize=1024)
def to_utc(wall: datetime, zone: str) -> datetime:
    """Return the instant at which the clocks of `zone` show `wall`.

    A skipped time moves forward, by the offset before the gap (RFC 5545 §3.3.5); of a repeated hour the first
    is meant. Raises ValueError when `wall` is aware, zoneinfo.ZoneInfoNotFoundError for an unknown zone.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall clock carries no zone")
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def to_wall(instant: datetime, zone: str) -> datetime:
    """Return what the clocks of `zone` show at `instant` (aware), naive."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def local_day(instant: datetime, zone: str) -> date:
    """Return the calendar day in `zone` at `instant` (aware)."""
    return instant.astimezone(ZoneInfo(zone)).date()


def is_skipped(wall: datetime, zone: str) -> bool:
    """Whether the clocks of `zone` never show `wall`, because they are put forward over it."""
    before, after = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    return before is not None and after is not None and before < after


@functools.lru_cache(maxsize=1024)
def midnight_utc(day: date, zone: str) -> datetime:
    """Return the first instant of `day` in `zone`, also where its midnight is skipped.

    A day that a zone left out as a whole (Samoa, 30 December 2011) begins when the next one does.
    """
    midnight = datetime.combine(day, clock.min)
    if not is_skipped(midnight, zone):
        return to_utc(midnight, zone)
    earliest = midnight.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    gap = int((to_utc(midnight, zone) - earliest).total_seconds())
    seconds = range(1, gap + 1)
    later = bisect_left(seconds, day, key=lambda s: local_day(earliest + timedelta(seconds=s), zone))
    return earliest + timedelta(seconds=seconds[later])


class Today:
    """The local day of a zone, for whoever asks often: the zone is asked once a day."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._day = (_NEVER, _NEVER, _NEVER.date())

    def at(self, now: datetime) -> date:
        """The day of an instant (aware)."""
        begins, ends, day = self._day
        return day if begins <= now < ends else self._turned(now)

    def left(self, now: datetime) -> float:
        """How many seconds it still lasts."""
        self.at(now)
        return (self._day[1] - now).total_seconds()

    def _turned(self, now: datetime) -> date:
        day = local_day(now, self._zone)
        self._day = midnight_utc(day, self._zone), midnight_utc(day + ONE_DAY, self._zone), day
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When something takes place, as its people say it: wall clocks and the zone in which they hang.

    `end` is None when nobody said it. All day: both are midnights, and `end` is the last day, inclusive.
    `end` is not before `start`: whoever takes it in has checked that.
    """

    start: datetime
    end: datetime | None
    all_day: bool
    timezone: str

    @property
    def start_utc(self) -> datetime:
        """The first instant (aware, UTC)."""
        if self.all_day:
            return midnight_utc(self.first_day, self.timezone)
        return to_utc(self.start, self.timezone)

    @property
    def end_utc(self) -> datetime:
        """The first instant after it (aware, UTC); an hour after the start of a timed event without an end.

        Never before `start_utc`, even when the start moves forward out of a skipped hour.
        """
        if self.all_day:
            return midnight_utc(self.last_day + ONE_DAY, self.timezone)
        if self.end is None:
            return self.start_utc + ASSUMED_LENGTH
        return max(self.start_utc, to_utc(self.end, self.timezone))

    @property
    def first_day(self) -> date:
        """The local day on which it starts."""
        return self.start.date()

    @property
    def last_day(self) -> date:
        """The last local day that it covers: ending at midnight belongs to the day before.

        A timed event without an end stays on its first day: an assumed hour proves no second one.
        """
        end = self.end or self.start
        if not self.all_day and end > self.start and end.time() == clock.min:
            return end.date() - ONE_DAY
        return end.date()

    @property
    def duration(self) -> timedelta:
        """How long it lasts on the wall clock: an hour when no end was said, whole days when all day."""
        if self.all_day:
            return (self.last_day - self.first_day) + ONE_DAY
        return self.end - self.start if self.end else ASSUMED_LENGTH

    @property
    def several_days(self) -> bool:
        """Whether it covers several local days; a night of at most 12 hours belongs to the day on which it begins."""
        return self.last_day > self.first_day and (self.all_day or self.duration > ONE_NIGHT)

    def moved_to(self, start: datetime) -> "Span":
        """Return the same span from `start` (wall; a midnight when all day), as long on the wall clock."""
        end = self.end and start + (self.end - self.start)
        return Span(start=start, end=end, all_day=self.all_day, timezone=self.timezone)


def recurrence_id(wall: datetime, *, all_day: bool) -> str:
    """Name an occurrence by its original start: `20261205T1930`, or `20261205` when all day.

    Seconds are written only where there are any.
    """
    return _write(wall, all_day=all_day).replace("-", "").replace(":", "")


def read_recurrence_id(text: str) -> datetime:
    """Read what `recurrence_id` writes, naive; a midnight when all day. Raises ValueError otherwise."""
    return _read(_RECURRENCE_ID, text)


@functools.lru_cache(maxsize=256)
def read_wall(text: str) -> tuple[datetime, bool]:
    """Read `2026-12-05T19:30` or `2026-12-05` (then the second answer, all day, is true).

    Seconds are taken, an offset or another form is not: raises ValueError, and so do years outside 1900 to
    2199, which no agenda means and which overflow on their way to UTC.
    """
    wall = _read(_WALL, text)
    if not _FIRST_YEAR <= wall.year <= _LAST_YEAR:
        raise ValueError(f"the year {wall.year} is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    return wall, "T" not in text


def write_wall(wall: datetime, *, all_day: bool) -> str:
    """Write a wall clock as the API says it: `2026-12-05T19:30`, or `2026-12-05` when all day."""
    return _write(wall, all_day=all_day)


def _read(pattern: re.Pattern[str], text: str) -> datetime:
    found = pattern.fullmatch(text)
    if not found:
        raise ValueError(f"not a date or a date with a time: {text[:40]!r}")
    year, month, day, hour, minute, second = (int(digits or 0) for digits in found.groups())
    return datetime(year, month, day, hour, minute, second)


def _write(wall: datetime, *, all_day: bool) -> str:
    if all_day:
        return wall.date().isoformat()
    return wall.isoformat(timespec="seconds" if wall.second else "minutes")
