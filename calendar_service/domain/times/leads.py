"""When a reminder of an occurrence falls due: on the wall clock of its zone, then as an instant (M14, M17).

A skipped hour moves forward, of a repeated one the first counts (see `moments.to_utc`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from calendar_service.domain.mail import Lead
from calendar_service.domain.times.moments import ONE_DAY, Span, to_utc

ALL_DAY_HOUR = time(9)
"""What has no hour of its own is reminded of in the morning of the day before."""
MORNING = time(8)
EVENING = time(19)
EARLY = time(9)
"""What begins before this cannot be reminded of that morning: it is the evening before."""
WEEK = timedelta(weeks=1)

FARTHEST = {
    Lead.HOUR: timedelta(hours=20), Lead.MORNING: timedelta(hours=20), Lead.DAY: timedelta(hours=28),
    Lead.WEEK: timedelta(days=7, hours=4),
}  # fmt: skip
"""The longest time between a reminder and its occurrence, with hours to spare for a change of clocks."""

NEAREST = {Lead.HOUR: timedelta(0), Lead.MORNING: timedelta(0), Lead.DAY: timedelta(0), Lead.WEEK: timedelta(days=3)}
"""Nearer than this, a reminder of that lead has expired in any case."""


@dataclass(frozen=True, slots=True)
class Falls:
    """A reminder's instants: due, and from when on it is no longer worth sending: after half the time that is left."""

    due: datetime
    expires: datetime


def falls(lead: Lead, span: Span) -> Falls:
    """When the reminder of something falls due."""
    due = _due(lead, span)
    return Falls(due, due + (span.start_utc - due) / 2)


def _due(lead: Lead, span: Span) -> datetime:
    if span.all_day:
        before = WEEK if lead is Lead.WEEK else ONE_DAY
        return _at(span.first_day - before, ALL_DAY_HOUR, span.timezone)
    match lead:
        case Lead.HOUR:
            return span.start_utc - timedelta(hours=1)
        case Lead.MORNING if span.start.time() < EARLY:
            return _at(span.first_day - ONE_DAY, EVENING, span.timezone)
        case Lead.MORNING:
            return _at(span.first_day, MORNING, span.timezone)
        case Lead.DAY:
            return to_utc(span.start - ONE_DAY, span.timezone)
        case Lead.WEEK:
            return to_utc(span.start - WEEK, span.timezone)


def _at(day: date, hour: time, zone: str) -> datetime:
    return to_utc(datetime.combine(day, hour), zone)
