"""Asks readers written in Python what they see in a calendar; runs in their environment, not in ours.

`ask_python.py JUDGE FILE FIRST LAST` (days, UTC) prints JSON: `refused` (why, else null), `events` (VEVENTs) and
`dates`, a sorted list of [uid, start, title], the start in UTC or a bare date. `dates` is null where the judge
does not expand recurrences.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from importlib import import_module
from pathlib import Path
from typing import Any

Seen = tuple[str, str, str]
Answer = tuple[int, list[Seen] | None]


def judge(module: str) -> Any:  # noqa: ANN401 - most have no types
    return import_module(module)


def said(uid: object, start: date, title: object) -> Seen:
    moment = f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(start, datetime) else f"{start:%Y%m%d}"
    return str(uid), moment, str(title)


def within(start: date, first: datetime, last: datetime) -> bool:
    moment = start if isinstance(start, datetime) else datetime.combine(start, time(12), UTC)
    return first <= moment < last


def ical(text: str, first: datetime, last: datetime) -> Answer:
    """The library of Home Assistant."""
    calendar = judge("ical.calendar_stream").IcsCalendarStream.calendar_from_ics(text)
    found = calendar.timeline_tz(UTC).included(first, last)
    seen = [said(each.uid, each.dtstart, each.summary) for each in found]
    return len(calendar.events), seen


def recurring_ical_events(text: str, first: datetime, last: datetime) -> Answer:
    calendar = judge("icalendar").Calendar.from_ical(text)
    errors = [each.errors for each in calendar.walk() if each.errors]
    if errors:
        raise ValueError(str(errors[0]))
    del calendar["X-WR-TIMEZONE"]
    found = judge("recurring_ical_events").of(calendar).between(first, last)
    seen = [said(each["UID"], each["DTSTART"].dt, each["SUMMARY"]) for each in found]
    return len(calendar.walk("VEVENT")), seen


def vobject(text: str, first: datetime, last: datetime) -> Answer:
    calendar = judge("vobject").readOne(text)
    calendar.validate(raiseException=True)
    overrides = {
        (each.uid.value, moment(each.recurrence_id.value)): each
        for each in calendar.vevent_list
        if hasattr(each, "recurrence_id")
    }
    seen = list(_vobject_dates(calendar, overrides, first, last))
    return len(calendar.vevent_list), seen


def moment(value: date) -> str:
    return said("", value, "")[1]


def _vobject_dates(
    calendar: Any,  # noqa: ANN401 - vobject has no types
    overrides: dict[Any, Any], first: datetime, last: datetime,
) -> Iterator[Seen]:  # fmt: skip
    for each in overrides.values():
        yield said(each.uid.value, each.dtstart.value, each.summary.value)
    for each in calendar.vevent_list:
        if hasattr(each, "recurrence_id"):
            continue
        start = each.dtstart.value
        dates = list(each.getrruleset(addRDate=True) or [start]) if hasattr(each, "rrule") else [start]
        for found in dates:
            exact = found.date() if not isinstance(start, datetime) and isinstance(found, datetime) else found
            if (each.uid.value, moment(exact)) not in overrides and within(exact, first, last):
                yield said(each.uid.value, exact, each.summary.value)


def ics(text: str, first: datetime, last: datetime) -> Answer:
    """ics.py; it knows no recurrences."""
    del first, last
    calendar = judge("ics").Calendar(text)
    for each in calendar.events:
        assert each.begin
        assert each.name
    return len(calendar.events), None


def xandikos(text: str, first: datetime, last: datetime) -> Answer:
    del first, last
    engine = judge("xandikos.icalendar")
    file = engine.ICalendarFile([text.encode()], "text/calendar")
    file.validate()
    problems = list(engine.validate_calendar(file.calendar, strict=True))
    if problems:
        raise ValueError("; ".join(problems))
    return len(file.calendar.walk("VEVENT")), None


def radicale(text: str, first: datetime, last: datetime) -> Answer:
    del first, last
    engine = judge("radicale.item")
    items = engine.read_components(text)
    engine.check_and_sanitize_items(items, 10_000, is_collection=True, tag="VCALENDAR")
    return len(items[0].vevent_list), None


JUDGES: dict[str, Callable[[str, datetime, datetime], Answer]] = {
    each.__name__: each for each in (ical, recurring_ical_events, vobject, ics, xandikos, radicale)
}


def main(name: str, path: str, first: str, last: str) -> None:
    text = Path(path).read_bytes().decode()
    edges = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (first, last)]
    answer: dict[str, Any] = {"refused": None}
    try:
        answer["events"], dates = JUDGES[name](text, *edges)
        answer["dates"] = dates if dates is None else sorted(dates)
    except Exception as wrong:  # noqa: BLE001 - whatever a judge throws is its refusal
        answer["refused"] = f"{type(wrong).__name__}: {wrong}"[:500]
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
