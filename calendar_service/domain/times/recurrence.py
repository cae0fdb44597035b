"""Recurrence: the dates that a rule makes, and those of an event with its additions and exceptions.

A rule makes at most one date a day and is followed for two years, so its days are walked here, period by
period: whatever it says, no more than some 1,100 days are looked at (S36). dateutil, the usual engine, has no
such bound (asked for 31 February it searches to the year 9999); in the tests it judges the dates made here.

Times are wall clock in the event's zone. A date whose time is skipped there is left out and not counted
(RFC 5545 §3.3.10), while a written start or RDATE moves by the offset before the gap (§3.3.5). Engines differ
on this, so a rule that meets a gap is not simple.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import lru_cache
from itertools import islice
from typing import Final

from calendar_service.domain.times.moments import ONE_DAY, is_skipped, midnight_utc, to_wall
from calendar_service.domain.times.rule_parts import WEEKDAYS, BadRule, Parts, Weekday, read_parts, write_parts

__all__ = ["MOST_DATES", "BadRule", "Rule", "Weekday", "expand", "is_simple"]

MOST_DATES: Final = 1_000
_YEARS: Final = 2
_CALENDAR: Final = range(1000, 9990)  # years in which no sum of dates leaves the calendar
_UNTIL: Final = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_LAST_SECOND: Final = clock(23, 59, 59)
_SAFE_ORDINALS: Final = (1, 2, 3, 4, -1)
_SAFE_MONTH_DAYS: Final = range(1, 29)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Parts):
    """A recurrence rule that has been read and checked, with the start that it continues.

    `start` and `until` are naive wall clocks. `until` is the end of the last local day on which a date may be
    (all day: its midnight), so that it stays right when the event moves to another hour.
    """

    start: datetime
    all_day: bool
    timezone: str
    until: datetime | None = None

    @classmethod
    def read(cls, text: str, *, start: datetime, all_day: bool, timezone: str) -> "Rule":
        """Read the value of an RRULE, its name before it or not, for an event that starts at `start` (wall).

        UNTIL may be a local date (then that day counts), a local date-time or UTC. Raises BadRule.
        """
        return _read_and_checked(text, start, all_day, timezone)

    @classmethod
    def read_open(cls, text: str, *, start: datetime, all_day: bool, timezone: str) -> "Rule":
        """Read a rule for its parts alone: neither its end nor its first date is looked at. Raises BadRule."""
        return _read(text, start=start, all_day=all_day, timezone=timezone)

    @property
    def text(self) -> str:
        """The canonical text, as stored: fixed order, UNTIL in local time. `read` gives the same rule."""
        return write_parts(self, until=_compact(self.until, all_day=self.all_day) if self.until else None)

    def ical(self) -> str:
        """The value of RRULE as published: as `text`, but UNTIL in UTC unless all day (RFC 5545 §3.3.10)."""
        if self.until is None or self.all_day:
            return self.text
        last_second = midnight_utc(self.until.date() + ONE_DAY, self.timezone) - timedelta(seconds=1)
        return write_parts(self, until=_compact(last_second, all_day=False) + "Z")

    def dates(self) -> Iterator[datetime]:
        """Yield its starts (naive wall clock) in order, lazily, none more than two years after `start`."""
        return islice(filter(self._takes_place, self._walls()), self.count)

    def every_date(self) -> tuple[datetime, ...]:
        """The same at once: whoever posts an event asks for them half a dozen times."""
        return _every_date(self)

    @property
    def skips_hours(self) -> bool:
        """Whether one of its dates has a time that its zone skips."""
        return _skips_hours(self)

    def has_skipped_hour(self) -> bool:
        """The same, looked for."""
        return not all(map(self._takes_place, islice(self._walls(), self.count)))

    def checked(self) -> "Rule":
        """Itself, if it has one end within our limits and its start is its first date. Raises BadRule."""
        self.check_end()
        self._check_until()
        self._check_first()
        if not self._ends_in_time():
            raise BadRule("rule_too_long", years=_YEARS, latest=self._latest)
        return self

    def bounded(self) -> "Rule":
        """Itself, or with an UNTIL after its last date within two years. Raises BadRule if it has none."""
        self._check_first()
        if self._ends_in_time():
            return self
        *_, last = self.dates()
        return replace(self, count=None, until=_day_end(last.date(), all_day=self.all_day))

    # --- checking -------------------------------------------------------------------------------------------

    def check_end(self) -> None:
        """Whether it has one end, whatever its start is. Raises BadRule."""
        if self.until and self.count:
            raise BadRule("rule_until_and_count")
        if not self.until and not self.count:
            raise BadRule("rule_endless", years=_YEARS)
        if self.count and self.count > MOST_DATES:
            raise BadRule("rule_too_many", most=MOST_DATES)

    def _check_until(self) -> None:
        if self.until and self.until.date() < self.start.date():
            raise BadRule("rule_until_before_start", until=self.until)

    def _check_first(self) -> None:
        first = next(self.dates(), None)
        if first is None:
            raise BadRule("rule_never")
        if first != self.start:
            raise BadRule("rule_start_not_in_rule", first=first)

    def _ends_in_time(self) -> bool:
        """Whether it has one end and reaches it within two years."""
        if self.count:
            return not self.until and len(self.every_date()) == self.count
        return self.until is not None and self.until.date() <= self._latest

    # --- dates ----------------------------------------------------------------------------------------------

    @property
    def _latest(self) -> date:
        """Two years after the start; of a 29 February, the 1 March."""
        first = self.start.date()
        return first.replace(year=first.year + _YEARS, day=1) + timedelta(days=first.day - 1)

    def _takes_place(self, wall: datetime) -> bool:
        """The start was written, not made by the rule: it takes place even in a skipped hour."""
        return self.all_day or wall == self.start or not is_skipped(wall, self.timezone)

    def _walls(self) -> Iterator[datetime]:
        """Yield the dates that the parts make, skipped hours included, without heed of COUNT."""
        first, time = self.start.date(), self.start.time()
        last = min(self.until.date(), self._latest) if self.until else self._latest
        for period in self._periods(first, last):
            for day in self._chosen(period):
                if first <= day <= last:
                    yield datetime.combine(day, time)

    def _periods(self, first: date, last: date) -> Iterator[list[date]]:
        """Yield the days of every INTERVALth day, week, month or year, from the one that holds `first`."""
        match self.freq:
            case "DAILY":
                return ([day] for day in _days(first, last, step=self.interval))
            case "WEEKLY":
                opening = first - timedelta(days=(first.weekday() - WEEKDAYS.index(self.wkst)) % 7)
                weeks = _days(opening, last, step=7 * self.interval)
                return (list(_days(day, day + timedelta(days=6))) for day in weeks)
            case "MONTHLY":
                months = range(_month_number(first), _month_number(last) + 1, self.interval)
                return (_month(number) for number in months)
            case _:
                return (self._year(year) for year in range(first.year, last.year + 1, self.interval))

    def _year(self, year: int) -> list[date]:
        """The days of the months in which the rule may have dates."""
        implied = range(1, 13) if self.byday or self.bymonthday else (self.start.month,)
        numbers = (year * 12 + month - 1 for month in self.bymonth or implied)
        return [day for number in numbers for day in _month(number)]

    def _chosen(self, period: list[date]) -> list[date]:
        days = [day for day in period if self._allows(day)]
        if not self.bysetpos:
            return days
        places = (place - 1 if place > 0 else place for place in self.bysetpos if abs(place) <= len(days))
        return sorted({days[place] for place in places})

    def _allows(self, day: date) -> bool:
        """Whether the parts allow this day of a period; what they leave open is as in the start."""
        if self.bymonth and day.month not in self.bymonth:
            return False
        if self.byday or self.bymonthday:
            return self._allows_weekday(day) and self._allows_month_day(day)
        if self.freq == "DAILY":
            return True
        return day.weekday() == self.start.weekday() if self.freq == "WEEKLY" else day.day == self.start.day

    def _allows_weekday(self, day: date) -> bool:
        if not self.byday:
            return True
        name = WEEKDAYS[day.weekday()]
        from_first = (day.day - 1) // 7 + 1
        from_last = -((_month_length(day.year, day.month) - day.day) // 7 + 1)
        return any((ordinal, name) in self.byday for ordinal in (None, from_first, from_last))

    def _allows_month_day(self, day: date) -> bool:
        if not self.bymonthday:
            return True
        from_last = day.day - _month_length(day.year, day.month) - 1
        return day.day in self.bymonthday or from_last in self.bymonthday


@lru_cache(maxsize=64)
def _read_and_checked(text: str, start: datetime, all_day: bool, timezone: str) -> Rule:  # noqa: FBT001 - a key
    return _read(text, start=start, all_day=all_day, timezone=timezone).checked()


@lru_cache(maxsize=64)
def _every_date(rule: Rule) -> tuple[datetime, ...]:
    return tuple(rule.dates())


@lru_cache(maxsize=64)
def _skips_hours(rule: Rule) -> bool:
    return rule.has_skipped_hour()


def expand(
    *, start: datetime, rule: Rule | None, rdates: Sequence[datetime], exdates: Sequence[datetime]
) -> list[datetime]:
    """Every date of an event (naive wall clock, the original starts), sorted, none twice.

    The start is always one, unless it is an exception. Exceptions still count for COUNT (RFC 5545 §3.8.5.1).
    Hours that the zone skips are left out of what the rule makes, kept in what was written (start, rdates).
    Raises BadRule: `rule_too_many`, or `rule_never` when no date is left.
    """
    made = rule.every_date() if rule else ()
    dates = sorted({start, *made, *rdates}.difference(exdates))
    if not dates:
        raise BadRule("rule_never")
    if len(dates) > MOST_DATES:
        raise BadRule("rule_too_many", most=MOST_DATES)
    return dates


def is_simple(rule: Rule) -> bool:
    """Whether every calendar program reads this rule right, so that it may be published as RRULE.

    Simple are: every n days; weeks, with their weekdays; months with one day up to the 28th (Exchange takes
    the 31st for the last day) or one weekday, first to fourth or last (it takes the fifth for the last);
    plain years, but not of 29 February (ical.js makes it 1 March). Nothing that a skipped hour touches.
    """
    if rule.bysetpos or rule.bymonth or rule.wkst != "MO" or rule.skips_hours:
        return False
    match rule.freq:
        case "WEEKLY":
            return True
        case "MONTHLY":
            return _is_simple_month(rule)
        case _:
            leaps = rule.freq == "YEARLY" and (rule.start.month, rule.start.day) == (2, 29)
            return not rule.byday and not rule.bymonthday and not leaps


def _is_simple_month(rule: Rule) -> bool:
    if rule.byday:
        return not rule.bymonthday and len(rule.byday) == 1 and rule.byday[0].ordinal in _SAFE_ORDINALS
    days = rule.bymonthday or (rule.start.day,)
    return len(days) == 1 and days[0] in _SAFE_MONTH_DAYS


# --- reading ------------------------------------------------------------------------------------------------


def _read(text: str, *, start: datetime, all_day: bool, timezone: str) -> Rule:
    """Read the rule without a look at its end or dates."""
    parts, until = read_parts(text)
    if start.year not in _CALENDAR:
        raise BadRule("rule_start_year", year=start.year)
    return Rule(
        start=start,
        all_day=all_day,
        timezone=timezone,
        freq=parts.freq,
        interval=parts.interval,
        wkst=parts.wkst,
        bymonth=parts.bymonth,
        bymonthday=parts.bymonthday,
        byday=parts.byday,
        bysetpos=parts.bysetpos,
        count=parts.count,
        until=_until(until, start=start, all_day=all_day, timezone=timezone) if until else None,
    )


def _until(text: str, *, start: datetime, all_day: bool, timezone: str) -> datetime:
    """The end of the last day on which UNTIL leaves room for an event at the hour of `start`."""
    written = _until_written(text)
    wall = _until_wall(written, all_day=all_day, timezone=timezone) if text.endswith("Z") else written
    too_early = "T" in text and wall.time() < start.time()
    return _day_end(wall.date() - ONE_DAY if too_early else wall.date(), all_day=all_day)


def _until_written(text: str) -> datetime:
    """UNTIL as it stands, whatever its zone."""
    form = "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d"
    try:
        written = datetime.strptime(text.removesuffix("Z"), form)
    except ValueError:
        raise BadRule("rule_value", part="UNTIL", value=text) from None
    if not _UNTIL.fullmatch(text) or written.year < _CALENDAR.start:
        raise BadRule("rule_value", part="UNTIL", value=text)
    return written


def _until_wall(written: datetime, *, all_day: bool, timezone: str) -> datetime:
    """UTC on the wall clock. For an all-day event it is wrong (RFC 5545 §3.3.10) and yet common: the first or
    last second of a UTC day then means that day, anything else is converted.
    """
    means_day = all_day and written.time() in {clock.min, _LAST_SECOND}
    if means_day or written.year >= _CALENDAR.stop:  # "for ever" as the year 9999: there is no zone to mind
        return written
    return to_wall(written.replace(tzinfo=UTC), timezone)


def _day_end(day: date, *, all_day: bool) -> datetime:
    return datetime.combine(day, clock.min if all_day else _LAST_SECOND)


def _compact(wall: datetime, *, all_day: bool) -> str:
    return f"{wall:%Y%m%d}" if all_day else f"{wall:%Y%m%dT%H%M%S}"


# --- days ---------------------------------------------------------------------------------------------------


def _days(first: date, last: date, *, step: int = 1) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1, step))


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> list[date]:
    year, month = number // 12, number % 12 + 1
    return [date(year, month, day) for day in range(1, _month_length(year, month) + 1)]


@lru_cache(maxsize=64)
def _month_length(year: int, month: int) -> int:
    return monthrange(year, month)[1]
