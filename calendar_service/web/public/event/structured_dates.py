"""The dates of a series as schema.org says them: how it repeats, and each date that is still to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from calendar_service.domain.events import Event, Occurrence
from calendar_service.domain.times.dates import rule_of
from calendar_service.domain.times.recurrence import Rule, is_simple

Said = dict[str, Any]
_UNIT = {"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y"}


def series(event: Event, coming: Sequence[Occurrence], *, said: Callable[[Occurrence], Said]) -> Said:
    """What the page of a whole series says beside its next date. `said` tells one date as an Event."""
    if not event.repeats:
        return {}
    rule = rule_of(event)
    schedule = _schedule(event, rule) if rule is not None and is_simple(rule) else None
    return {"eventSchedule": schedule, "subEvent": [said(each) for each in coming] or None}


def _schedule(event: Event, rule: Rule) -> Said:
    """A rule as a Schedule; words that it has none of are left out. Removed dates are exceptions."""
    said: Said = {
        "@type": "Schedule", "repeatFrequency": f"P{rule.interval}{_UNIT[rule.freq]}",
        "startDate": event.start.date().isoformat(), "endDate": rule.until.date().isoformat() if rule.until else None,
        "repeatCount": rule.count, "byDay": [f"{each}" for each in rule.byday] or None,
        "byMonthDay": list(rule.bymonthday) or None, "scheduleTimezone": event.timezone,
        "exceptDate": [_written(event, each) for each in event.exdates] or None,
    }  # fmt: skip
    if not event.all_day:
        said["startTime"] = event.start.time().isoformat()
        said["endTime"] = event.end.time().isoformat() if event.end else None
    return {key: value for key, value in said.items() if value is not None}


def _written(event: Event, wall: datetime) -> str:
    return wall.date().isoformat() if event.all_day else wall.isoformat()
