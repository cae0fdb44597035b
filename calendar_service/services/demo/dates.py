"""When the events of a demo season take place: days around today, worked out from what their entries say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from calendar_service.domain.times.moments import write_wall
from calendar_service.domain.times.recurrence import Rule
from calendar_service.domain.times.rule_parts import WEEKDAYS
from calendar_service.services.demo.data import Entry

PAST, AHEAD = -42, 150
NEAR, FAR = (-6, 20, 3), (PAST, AHEAD, 12)
NEARBY = 0.45
"""The season reaches from six weeks ago to five months ahead; nearly half of it is in the coming days."""


def special_dates(entry: Entry, today: date, holidays: Iterable[date]) -> dict[str, Any]:
    """The API's fields of time for one of the single events."""
    if "span_from" in entry or "span_days" in entry:
        return _span(*_special_span(entry, today))
    first = _first(entry, today)
    fields = _timed(first, time.fromisoformat(entry["time"]), entry["hours"])
    if "weekly" in entry:
        fields |= _weekly(fields["start"], [first.weekday()], entry["weekly"], _skipped(entry, holidays))
    elif "daily" in entry:
        fields["rrule"] = f"FREQ=DAILY;COUNT={entry['daily']}"
    later = [first + timedelta(days=each) for each in entry.get("dates_after", ())]
    fields["rdates"] = [f"{each}T{entry['time']}" for each in later]
    return fields


def activity_dates(entry: Entry, today: date, rng: Random, holidays: Iterable[date]) -> dict[str, Any]:
    """The API's fields of time for an activity, somewhere in the season."""
    match entry.get("repeat"):
        case "exhibition":
            first = today + timedelta(days=rng.randint(PAST, AHEAD // 2))
            return _span(first, first + timedelta(weeks=rng.randint(*entry["weeks"])))
        case "fair":
            first = _weekday_after(today, rng.randint(PAST, AHEAD), rng.choice((3, 4)))
            return _span(first, first + timedelta(days=rng.randint(*entry["days"]) - 1))
        case "weekly":
            first = _weekday_after(today, rng.randint(PAST, AHEAD // 3), rng.choice(entry["weekdays"]))
            fields = _timed(first, time.fromisoformat(rng.choice(entry["times"])), entry["hours"])
            weekdays = [first.weekday(), *entry.get("also", ())]
            count = rng.randint(*entry["weeks"]) * len(weekdays)
            return fields | _weekly(fields["start"], weekdays, count, set(holidays))
        case _:
            day = round(rng.triangular(*(NEAR if rng.random() < NEARBY else FAR)))
            first = _weekday_after(today, day, rng.choice(entry["weekdays"]))
            return _timed(first, time.fromisoformat(rng.choice(entry["times"])), entry["hours"])


def _first(entry: Entry, today: date) -> date:
    if "on" in entry:
        return _next(entry["on"], today)
    if "weekday" in entry:
        return _weekday_after(today, entry["in_days"], entry["weekday"])
    return today + timedelta(days=entry["in_days"])


def _span(first: date, last: date) -> dict[str, Any]:
    return {"start": first.isoformat(), "end": last.isoformat(), "all_day": True}


def _special_span(entry: Entry, today: date) -> tuple[date, date]:
    if "span_days" in entry:
        start, length = entry["span_days"]
        return today + timedelta(days=start), today + timedelta(days=start + length)
    last = _next(entry["span_to"], today)
    first = _next(entry["span_from"], last - timedelta(days=364))
    return first, last


def _next(day: str, today: date) -> date:
    """The next such day of the year (`MM-DD`), today included."""
    month, number = map(int, day.split("-"))
    this_year = date(today.year, month, number)
    return this_year if this_year >= today else date(today.year + 1, month, number)


def _weekday_after(today: date, days: int, weekday: int) -> date:
    day = today + timedelta(days=days)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _timed(day: date, at: time, hours: float) -> dict[str, Any]:
    start = datetime.combine(day, at)
    end = start + timedelta(hours=hours)
    return {"start": write_wall(start, all_day=False), "end": write_wall(end, all_day=False)}


def _weekly(start: str, weekdays: list[int], count: int, skipped: set[date]) -> dict[str, Any]:
    """Every week, less the days on which nobody comes; never less the first."""
    text = f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[each] for each in sorted(weekdays))};COUNT={count}"
    wall = datetime.fromisoformat(start)
    dates = Rule.read(text, start=wall, all_day=False, timezone="UTC").dates()
    without = [each for each in dates if each.date() in skipped and each != wall]
    return {"rrule": text, "exdates": [write_wall(each, all_day=False) for each in without]}


def _skipped(entry: Entry, holidays: Iterable[date]) -> set[date]:
    return set(holidays) if entry.get("skip_holidays") else set()
