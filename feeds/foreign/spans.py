"""When somebody else's VEVENT takes place: its start, end, rules and dates in one zone (RFC 5545 §3.8.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from calendar_service.domain.errors import Problem
from calendar_service.domain.posting.drafts import RawDate
from calendar_service.domain.times.moments import ASSUMED_LENGTH, ONE_DAY, recurrence_id, write_wall
from feeds.foreign.lines import Component
from feeds.foreign.times import BadMomentError, Stamp, read_duration, read_stamp, read_stamps
from feeds.foreign.zones import UTC, Zones

LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The time of an event on the wall clock of `zone`. `end` is inclusive when all day, as everywhere in ours.

    A series in UTC stays in UTC: what it means on another zone's clocks is worked out where its rule is.
    """

    start: datetime
    end: datetime
    dated: bool
    zone: str
    shown_zone: str
    rules: tuple[str, ...] = ()
    rdates: tuple[datetime, ...] = ()
    exdates: tuple[datetime, ...] = ()
    remarks: tuple[Problem, ...] = ()

    def fields(self) -> dict[str, Any]:
        """As the API names them."""
        return {
            "start": self._text(self.start), "end": self._text(self.end), "all_day": self.dated,
            "timezone": self.zone,
            "rdates": [self._text(each) for each in self.rdates if each != self.start],
            "exdates": [self._text(each) for each in self.exdates],
        }  # fmt: skip

    def _text(self, wall: datetime) -> str:
        return write_wall(wall, all_day=self.dated)

    def original(self, stamp: Stamp) -> datetime:
        """The start that a RECURRENCE-ID or EXDATE names; a bare date means the usual hour of that day."""
        return original_start(stamp, dated=self.dated, zone=self.zone, usual=self.start)


def original_start(stamp: Stamp, *, dated: bool, zone: str, usual: datetime) -> datetime:
    """What a stamp means for an event that begins at `usual` in `zone`."""
    wall = stamp.wall_in(zone)
    if dated:
        return datetime.combine(wall.date(), datetime.min.time())
    return datetime.combine(wall.date(), usual.time()) if stamp.dated else wall


def read_times(event: Component, zones: Zones, *, home: str) -> Times:
    """Everything about the time of a VEVENT. Raises BadMomentError when its start or an exception is none."""
    line = event.first("DTSTART")
    if line is None:
        raise BadMomentError(event.number, "DTSTART")
    start = read_stamp(line, zones)
    rules = tuple(each.value.strip() for each in event.all("RRULE") if each.value.strip())
    repeats = bool(rules or event.first("RDATE"))
    zone = _zone(start, home=home, keeps_utc=repeats)
    first = start.wall_in(zone)
    end, remarks = _end(event, start, first, zone, zones)

    def walls(name: str) -> list[Stamp]:
        return [stamp for each in event.all(name) for stamp in read_stamps(each, zones)]

    def dates(stamps: list[Stamp]) -> tuple[datetime, ...]:
        return tuple(sorted({original_start(one, dated=start.dated, zone=zone, usual=first) for one in stamps}))

    return Times(
        start=first, end=end, dated=start.dated, zone=zone, rules=rules,
        shown_zone=home if zone == UTC and repeats else "",
        rdates=dates(walls("RDATE")), exdates=dates([*walls("EXDATE"), *_as_written(walls("EXDATE"))]),
        remarks=tuple(remarks),
    )  # fmt: skip


def _as_written(stamps: Iterable[Stamp]) -> Iterable[Stamp]:
    """Exceptions in another zone than the event's that mean its hour all the same; those that match no date are
    dropped later.
    """
    return [replace(each, zone=None) for each in stamps if each.zone]


def _zone(start: Stamp, *, home: str, keeps_utc: bool) -> str:
    """The zone in which an event is told: its own, ours for what names none."""
    if start.zone is None or (start.zone == UTC and not keeps_utc):
        return home
    return start.zone


def _end(
    event: Component, start: Stamp, first: datetime, zone: str, zones: Zones
) -> tuple[datetime, Sequence[Problem]]:
    """The end on the wall clock, and what had to be assumed. DTEND wins over DURATION."""
    said, wrong = _said_end(event, start, first, zone, zones)
    if start.dated:
        last = max(first, said - ONE_DAY) if said else first
        return _not_too_long(first, last)
    if said is None or said <= first:
        code = "import_end_before_start" if wrong or (said and said < first) else "import_end_assumed"
        return first + ASSUMED_LENGTH, [Problem(field="end", code=code)]
    return _not_too_long(first, said)


def _said_end(event: Component, start: Stamp, first: datetime, zone: str, zones: Zones) -> tuple[datetime | None, bool]:
    """The exclusive end as written, if any, and whether what is written there cannot be read."""
    line = event.first("DTEND")
    if line is not None:
        try:
            stamp = read_stamp(line, zones)
        except BadMomentError:
            return None, True
        wall = stamp.wall_in(zone)
        if start.dated and not stamp.dated:  # a time as the end of dates: its day is the last one
            return datetime.combine(wall.date(), datetime.min.time()) + ONE_DAY, False
        return wall, False
    length = read_duration(event.text("DURATION")) if event.first("DURATION") else None
    if length is None:
        return None, False
    return (first + length, False) if length < LONGEST * 2 else (first + LONGEST * 2, False)


def _not_too_long(first: datetime, end: datetime) -> tuple[datetime, Sequence[Problem]]:
    if end - first <= LONGEST:
        return end, ()
    return first + LONGEST, [Problem(field="end", code="import_end_cut", values={"days": LONGEST.days})]


def moved(event: Component, times: Times, zones: Zones, *, original: datetime) -> RawDate:
    """What a VEVENT says of one date of another: where it is now, or that it is off. Raises BadMomentError."""
    key = recurrence_id(original, all_day=times.dated)
    if event.text("STATUS").upper() == "CANCELLED":
        return RawDate(recurrence_id=key, cancelled=True)
    line = event.first("DTSTART")
    if line is None:
        return RawDate(recurrence_id=key)
    stamp = read_stamp(line, zones)
    start = original_start(stamp, dated=times.dated, zone=times.zone, usual=times.start)
    end, _ = _end(event, Stamp(wall=start, dated=times.dated, zone=times.zone), start, times.zone, zones)
    if (start, end) == (original, original + (times.end - times.start)):
        return RawDate(recurrence_id=key)
    return RawDate(
        recurrence_id=key, start=write_wall(start, all_day=times.dated), end=write_wall(end, all_day=times.dated)
    )
