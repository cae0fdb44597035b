"""From a selection's words for time ("this weekend") to instants and local days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from calendar_service.domain.finding.selection import Selection, When
from calendar_service.domain.times.moments import local_day, midnight_utc, to_utc, to_wall
from calendar_service.domain.times.months import last_day

FRIDAY = 4
SUNDAY = 6
EVENING = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is asked for, in time: occurrences that touch [start, end). No `end` means without limit."""

    start: datetime
    end: datetime | None
    first_day: date
    last_day: date | None


def window(selection: Selection, *, now: datetime, timezone: str) -> Window:
    """The window of a selection at an instant, in the metropolis's zone. Default: from today's midnight on."""
    today = local_day(now, timezone)
    if selection.when == When.WEEKEND:
        return _weekend(now, timezone)
    first, last = _days(selection, today)
    end = midnight_utc(last + timedelta(days=1), timezone) if last else None
    return Window(start=midnight_utc(first, timezone), end=end, first_day=first, last_day=last)


def _days(selection: Selection, today: date) -> tuple[date, date | None]:
    match selection.when:
        case When.TODAY:
            return today, today
        case When.TOMORROW:
            return today + timedelta(days=1), today + timedelta(days=1)
        case When.WEEK:
            monday = today - timedelta(days=today.weekday())
            return monday, monday + timedelta(days=SUNDAY)
        case When.MONTH:
            first = today.replace(day=1)
            return first, last_day(first)
        case _:
            return selection.from_day or min(today, selection.to_day or today), selection.to_day


def _weekend(now: datetime, timezone: str) -> Window:
    """The running weekend, else the next: Friday 18:00 to the end of Sunday, in local time."""
    today = to_wall(now.astimezone(UTC), timezone).date()
    friday = today + timedelta(days=FRIDAY - today.weekday())
    sunday = friday + timedelta(days=2)
    start = to_utc(datetime.combine(friday, datetime.min.time()).replace(hour=EVENING), timezone)
    end = midnight_utc(sunday + timedelta(days=1), timezone)
    return Window(start=start, end=end, first_day=friday, last_day=sunday)
