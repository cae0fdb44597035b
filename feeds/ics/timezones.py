"""VTIMEZONE, written from the rules that a zone has in force (RFC 5545 §3.6.5).

The last line of a zone's file says its rules as POSIX does (RFC 9636 §3.3): `<-04>4<-03>,M9.1.6/24,M4.1.6/24`.
They become one STANDARD block, or a DAYLIGHT and a STANDARD block with a yearly RRULE: the form that every
reader expands right. Where they do not describe the years at hand (Morocco's follow the moon), or an RRULE
cannot say them, each change of the clocks in those years is a block of its own.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from calendar_service.domain.times.moments import is_zone

EPOCH: Final = 1970
YEARS_BACK: Final = 1
YEARS_AHEAD: Final = 4
"""The years, around today's, in which the rules must agree with the zone's own clock."""

_WEEKDAYS: Final = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_NAME: Final = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_OFFSET: Final = r"[+-]?\d{1,3}(?::\d{2}(?::\d{2})?)?"
_RULE: Final = rf"M\d{{1,2}}\.\d\.\d(?:/{_OFFSET})?"
_FOOTER: Final = re.compile(
    rf"(?P<std>{_NAME})(?P<std_offset>{_OFFSET})"
    rf"(?:(?P<dst>{_NAME})(?P<dst_offset>{_OFFSET})?,(?P<begins>{_RULE}),(?P<ends>{_RULE}))?"
)
_DAYS_OF: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_WEEK: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Yearly:
    """A weekday of a month on which clocks change: `week` 1 to 5 (5 is the last), `weekday` 0 is Sunday.

    `time` is wall clock before the change, from that day's midnight; it may lie on a day before or after.
    """

    month: int
    week: int
    weekday: int
    time: timedelta

    def wall(self, year: int) -> datetime:
        """The wall clock, before the change, at which it happens in a year."""
        first = date(year, self.month, 1)
        day = 1 + (self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)
        if day > _length(year, self.month):
            day -= 7
        return datetime(year, self.month, day) + self.time

    def rrule(self) -> str | None:
        """The value of an RRULE that says the same; None where none does (it would cross a month's end)."""
        shift = self.time // timedelta(days=1)
        weekday = _WEEKDAYS[(self.weekday + shift) % 7]
        if not shift:
            ordinal = -1 if self.week == _LAST_WEEK else self.week
            return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={ordinal}{weekday}"
        length = _DAYS_OF[self.month - 1]
        earliest = (length - 6 if self.week == _LAST_WEEK else 7 * self.week - 6) + shift
        if earliest < 1 or earliest + 6 > length or self.month == 2:  # noqa: PLR2004 - February
            return None
        days = ",".join(map(str, range(earliest, earliest + 7)))
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={weekday};BYMONTHDAY={days}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observance:
    """One block: from `start` (wall clock before the change) the clocks go from one offset to another."""

    kind: str
    name: str
    start: datetime
    before: timedelta
    after: timedelta
    rrule: str | None = None

    def lines(self) -> Iterator[str]:
        """Its content lines."""
        yield f"BEGIN:{self.kind}"
        yield f"DTSTART:{self.start:%Y%m%dT%H%M%S}"
        yield f"TZOFFSETFROM:{_written(self.before)}"
        yield f"TZOFFSETTO:{_written(self.after)}"
        if self.rrule:
            yield f"RRULE:{self.rrule}"
        yield f"TZNAME:{self.name}"
        yield f"END:{self.kind}"


@lru_cache(maxsize=256)
def vtimezone(zone: str, year: int) -> str:
    """The VTIMEZONE of an IANA zone for a calendar read in `year`: whole lines with CRLF.

    Depends on the year only where a yearly rule cannot say what the zone does. Raises ValueError for no zone.
    """
    if not is_zone(zone):
        raise ValueError(f"not an IANA zone: {zone[:80]!r}")
    blocks = _by_rule(zone, year) or _one_by_one(zone, year)
    lines = [f"TZID:{zone}", f"X-LIC-LOCATION:{zone}", *(line for block in blocks for line in block.lines())]
    return "\r\n".join(["BEGIN:VTIMEZONE", *lines, "END:VTIMEZONE", ""])


# --- by the rules in force ---------------------------------------------------------------------------------------


def _by_rule(zone: str, year: int) -> list[Observance] | None:
    found = _FOOTER.fullmatch(_footer(zone))
    if not found:
        return None
    standard = -_offset(found["std_offset"])
    if not found["dst"]:
        blocks = [_block("STANDARD", found["std"], datetime(EPOCH, 1, 1), standard, standard, None)]
        return blocks if _agrees(zone, year, []) else None
    return _two_blocks(zone, year, found, standard)


def _two_blocks(zone: str, year: int, found: re.Match[str], standard: timedelta) -> list[Observance] | None:
    summer = -_offset(found["dst_offset"]) if found["dst_offset"] else standard + timedelta(hours=1)
    begins, ends = _yearly(found["begins"]), _yearly(found["ends"])
    rules = begins.rrule(), ends.rrule()
    if None in rules or not _agrees(zone, year, [(begins, standard), (ends, summer)]):
        return None
    kinds = ("DAYLIGHT", "STANDARD") if summer > standard else ("STANDARD", "DAYLIGHT")
    return [
        _block(kinds[0], found["dst"], begins.wall(EPOCH), standard, summer, rules[0]),
        _block(kinds[1], found["std"], ends.wall(EPOCH), summer, standard, rules[1]),
    ]


def _block(kind: str, name: str, start: datetime, before: timedelta, after: timedelta, rrule: str | None) -> Observance:
    return Observance(kind=kind, name=name.strip("<>"), start=start, before=before, after=after, rrule=rrule)


def _agrees(zone: str, year: int, changes: list[tuple[Yearly, timedelta]]) -> bool:
    """Whether the zone's own clock changes at these moments and at no other, in the years at hand."""
    said = {
        (rule.wall(each) - before).replace(tzinfo=UTC)
        for each in range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
        for rule, before in changes
    }
    return said == {instant for instant, _, _ in _changes(zone, year)}


def _footer(zone: str) -> str:
    """The last line of the zone's file."""
    return _file(zone).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


def _file(zone: str) -> bytes:
    """The file that zoneinfo reads, found as zoneinfo does (PEP 615)."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, zone)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()


def _yearly(text: str) -> Yearly:
    day, _, time = text.partition("/")
    month, week, weekday = map(int, day.removeprefix("M").split("."))
    return Yearly(month=month, week=week, weekday=weekday, time=_offset(time) if time else timedelta(hours=2))


def _offset(text: str) -> timedelta:
    hours, minutes, seconds = (*text.lstrip("+-").split(":"), "0", "0")[:3]
    span = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    return -span if text.startswith("-") else span


# --- one by one ----------------------------------------------------------------------------------------------


def _one_by_one(zone: str, year: int) -> list[Observance]:
    """A block for what is in force when the years begin, and one for each change within them."""
    clock, changes = ZoneInfo(zone), _changes(zone, year)
    opening = datetime(year - YEARS_BACK, 1, 1, tzinfo=UTC).astimezone(clock)
    offset = opening.utcoffset() or timedelta()
    other = changes[0][2] if changes else offset
    kind = "DAYLIGHT" if other < offset else "STANDARD"
    first = _block(kind, opening.tzname() or zone, datetime(EPOCH, 1, 1), other, offset, None)
    return [first, *(_change(clock, *change) for change in changes)]


def _change(clock: ZoneInfo, instant: datetime, before: timedelta, after: timedelta) -> Observance:
    kind = "DAYLIGHT" if after > before else "STANDARD"
    start = (instant + before).replace(tzinfo=None)
    return _block(kind, instant.astimezone(clock).tzname() or "", start, before, after, None)


def _changes(zone: str, year: int) -> list[tuple[datetime, timedelta, timedelta]]:
    """Each instant (UTC) in the years at hand at which the offset changes, with the offsets around it."""
    clock = ZoneInfo(zone)
    first, last = datetime(year - YEARS_BACK, 1, 1), datetime(year + YEARS_AHEAD + 1, 1, 1)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = []
    for day, following in pairwise(days):
        before, after = _offset_at(clock, day), _offset_at(clock, following)
        if before != after:
            found.append((_instant(clock, day, following), before, after))
    return found


def _instant(clock: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second (UTC) after `low` at which the offset is that of `high`."""
    new, seconds = _offset_at(clock, high), int((high - low).total_seconds())
    before = 0
    while seconds - before > 1:
        middle = (before + seconds) // 2
        if _offset_at(clock, low + timedelta(seconds=middle)) == new:
            seconds = middle
        else:
            before = middle
    return (low + timedelta(seconds=seconds)).replace(tzinfo=UTC)


def _offset_at(clock: ZoneInfo, instant: datetime) -> timedelta:
    return instant.replace(tzinfo=UTC).astimezone(clock).utcoffset() or timedelta()


def _length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def _written(offset: timedelta) -> str:
    """±HHMM, with seconds only where there are any (§3.3.14)."""
    sign, total = ("-", -offset) if offset < timedelta() else ("+", offset)
    minutes, seconds = divmod(int(total.total_seconds()), 60)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}{f'{seconds:02d}' if seconds else ''}"
